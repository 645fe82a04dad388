/* Patternbook's small parts of an interface, for forms and what they keep: words, buttons, menus, questions. */
(function () {
  "use strict"

  var book = window.patternbook
  var count = 0

  function word(name, values) { return book.say(self.patternbookTools.words["fill-" + name], values || {}) }

  function put(element, attributes) {
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]))
    return element
  }

  function button(text, act, kind, attributes) {
    var made = put(book.make("button", kind || "pb-act", text), { type: "button", ...attributes })
    made.onclick = act
    return made
  }

  function link(text, url) { return put(book.make("a", "", text), { href: url }) }

  /* To everything that this browser keeps; its address has the form that the site's other addresses have. */
  function all() {
    var [tool] = Object.values(self.patternbookTools.tools)
    return link(word("all"), new URL(tool.url.endsWith(".html") ? "kept.html" : "kept/", book.site))
  }

  function hour(time) { return new Date(time).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" }) }

  /* The day where the reader is. */
  function day(time) { return new Date(time - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 10) }

  /* A text field is as high as its text: by the style sheet, or where a browser does not know that yet, here. */
  function fit(area) {
    if (CSS.supports("field-sizing", "content")) return
    area.style.height = "auto"
    area.style.height = area.scrollHeight + area.offsetHeight - area.clientHeight + "px"
  }

  /* What stands there already is left alone: a screen reader would say it again. */
  function text(element, value) { if (element.textContent !== value) element.textContent = value }

  /* Some choices behind one word. Closes after each, with Escape, and when one clicks beside it (see `closeMenus`). */
  function menu(label, items) {
    var made = book.make("details", "pb-menu-of", [book.make("summary", "", label), book.make("div", "", items)])
    made.onkeydown = (event) => {
      if (event.key !== "Escape" || !made.open) return
      made.open = false
      made.firstChild.focus()
    }
    made.onclick = (event) => { if (event.target.closest("button")) made.open = false }
    made.addEventListener("focusout", (event) => { if (event.relatedTarget && !made.contains(event.relatedTarget)) made.open = false })
    return made
  }

  function closeMenus(host, target) {
    host.querySelectorAll(".pb-menu-of[open]").forEach((one) => { if (!one.contains(target)) one.open = false })
  }

  /* A question that must be answered first. Tells the value of the choice; "" when it was closed. */
  function ask(host, title, body, choices) {
    var id = "pb-ask-" + ++count
    var dialog = put(book.make("dialog", "pb-ask"), { "aria-labelledby": id })
    var row = choices.map(([value, label]) => button(label, () => dialog.close(value), "pb-choose"))
    dialog.append(put(book.make("h2", "", title), { id, tabindex: -1 }), ...body, book.make("div", "pb-choices-of", row))
    put(dialog.querySelector("input") || dialog.firstChild, { autofocus: "" }) // not the buttons, which may lie far below
    dialog.onkeydown = (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target.localName !== "input") return
      event.preventDefault()
      row[0].click()
    }
    host.append(dialog)
    dialog.showModal()
    return new Promise((answer) => {
      dialog.onclose = () => {
        dialog.remove()
        answer(dialog.returnValue)
      }
    })
  }

  book.asking = { word, put, button, link, text, menu, closeMenus, ask, all, day, hour, fit }
})()
