"""MkDocs and its fork ProperDocs: the plugin, and the build that the command line runs."""
