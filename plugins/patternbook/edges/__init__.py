"""Where the program touches the world: files, the terminal, the published folder."""
