// The same pages in Eleventy, with what Material does by default: a header, the whole navigation on each page, a table of contents,
// tags, and the texts for a search. Less than Material: no colours in code, no style sheet, and a page takes 30 lines of a template.
// More: a page for each tag. With CACHED set the navigation is written once, so it can't mark the page that is shown.

const slug = (title) => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")
const text = (html) => html.replace(/<[^>]*>/g, "")

/** Pages by folder, each sorted by its path, as the navigation shows them. */
function folders(pages) {
  const found = new Map()
  for (const page of pages) {
    const name = page.url.split("/")[1]
    if (!found.has(name)) found.set(name, { name, pages: [] })
    found.get(name).pages.push(page)
  }
  found.delete("")
  return [...found.values()]
}

export default function (config) {
  config.addGlobalData("layout", "page.njk")
  config.addGlobalData("cached", Boolean(process.env.CACHED))
  config.addPassthroughCopy("docs/figures")

  const sorted = (api) =>
    api.getFilteredByGlob("docs/**/*.md").sort((one, other) => (one.inputPath < other.inputPath ? -1 : 1))
  config.addCollection("pages", sorted)
  config.addCollection("folders", (api) => folders(sorted(api)))

  // Headings get an id, to which the table of contents leads.
  config.amendLibrary("md", (markdown) => {
    markdown.renderer.rules.heading_open = (tokens, place) => `<${tokens[place].tag} id="${slug(tokens[place + 1].content)}">`
  })
  config.addFilter("contents", (html) =>
    [...html.matchAll(/<h2 id="([^"]*)">(.*?)<\/h2>/g)].map(([, id, title]) => ({ id, title })))
  config.addFilter("slug", slug)
  config.addFilter("plain", text)

  let navigation
  config.addFilter("navigation", (folders) => (navigation ??= folders.map(({ name, pages }) =>
    `<li><details><summary>${name}</summary><ul>${
      pages.map(({ url, data }) => `<li><a href="${url}">${data.title}</a></li>`).join("\n")}</ul></details></li>`).join("\n")))
  config.on("eleventy.before", () => { navigation = undefined })

  return { dir: { input: "docs", includes: "../_includes", output: "site" }, markdownTemplateEngine: false }
}
