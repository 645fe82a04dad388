/* Patternbook's "What are you seeing?": from a reader's own words to the page behind them, its ways out and its tools.
   A classic script, so that it also runs from file://. The form stands in the page already, where frame.js puts it under its
   heading; without a script the lists of sentences do the work. */
(function () {
  "use strict"

  var book = window.patternbook
  var SHOWN = 3
  var MOST = 5
  var CLOSE = 2
  var HEARD = 3
  var OUTS = 3
  var TOOLS = 3
  var REST = 150 // milliseconds without a letter, after which the question is asked
  var LONGER = 800 // and after which it is said that nothing was found: half a sentence often finds nothing
  var KEEP = "__seen"
  var last = {} // the question that was answered last, so that whoever comes back from a page finds the answers at once, and in place
  var unfolded = "" // the question that all answers were wanted to

  function words(text) { return text.trim().replace(/\s+/g, " ") }

  /* --- the question in the address, so that it can be sent, and found again on the way back ------------------------ */

  function kept() {
    var text = new URL(location.href).searchParams.get("q")
    if (text === null && location.protocol === "file:") text = stored(window.__md_get)
    return words(text || "")
  }

  function keep(text) {
    var url = new URL(location.href)
    if (text) url.searchParams.set("q", text)
    else url.searchParams.delete("q")
    try {
      history.replaceState(history.state, "", url.href)
    } catch (_) { stored(window.__md_set, text) } // some browsers let no page of a folder change its address
  }

  function stored(how, text) {
    try {
      return text === undefined ? how(KEEP, sessionStorage) : how(KEEP, text, sessionStorage)
    } catch (_) { return "" } // storage denied
  }

  /* --- an answer ------------------------------------------------------------------------------------------------------ */

  function link(page) {
    var element = book.make("a", "", page.title)
    element.href = new URL(page.url, book.site).href
    return element
  }

  function kind(page) {
    var element = book.make("span", "pb-card-kind", page.glyph + " " + page.label)
    element.dataset.kind = page.kind
    return element
  }

  /* A text with the words in it that matched. */
  function marked(text, found) {
    return text.split(/([\p{L}\p{N}'’]+)/u).filter(Boolean).map(function (part) {
      return found.includes(part) ? book.make("mark", "", part) : part
    })
  }

  /* Nodes between the quotation marks of the book's language. */
  function quoted(say, nodes) {
    var cut = say.quoted.split("{text}")
    return [cut[0]].concat(nodes, cut[1] || "")
  }

  /* Words that only mean about the same: why a page was found that holds none of the reader's own. */
  function close(say, pairs) {
    var lines = pairs.map(function (pair) {
      return book.say(say.close, { yours: pair[0].toLowerCase(), theirs: pair[1].toLowerCase() })
    })
    return Array.from(new Set(lines)).slice(0, CLOSE).join(" ")
  }

  function leads(label, pages, item) {
    if (!pages.length) return []
    var list = book.make("ul", "", pages.map(function (page) { return book.make("li", "", item(page)) }))
    list.setAttribute("role", "list") // a list without marks is none to Safari
    return book.make("div", "pb-answer-leads", [book.make("p", "pb-answer-label", label), list])
  }

  function answer(say, found) {
    var why = marked(found.text, found.marked)
    var near = close(say, found.close)
    var rows = [book.make("p", "pb-answer-title", [link(found), " ", kind(found)])]
    if (found.said) rows.push(book.make("p", "pb-answer-said", [book.make("span", "pb-answer-label", say.sounds), " ", book.make("em", "", quoted(say, why))]))
    if (found.heard.length) rows.push(book.make("p", "pb-answer-close", book.say(say.heard, { words: found.heard.slice(0, HEARD).map(function (word) { return quoted(say, word).join("") }).join(", ") })))
    if (near) rows.push(book.make("p", "pb-answer-close", near))
    rows.push(book.make("p", "", found.said ? found.summary : why))
    return book.make("li", "", rows.concat(
      leads(found.out, found.outs.slice(0, OUTS), function (page) { return [link(page), page.why ? ": " + page.why : ""] }),
      leads(say.tools, found.tools.slice(0, TOOLS), function (page) { return [link(page), " ", kind(page)] })
    ))
  }

  /* --- the form -------------------------------------------------------------------------------------------------------- */

  customElements.define("pb-seen", class extends HTMLElement {
    connectedCallback() {
      if (!this.field) this.begin()
      this.path = location.pathname
      addEventListener("popstate", this.recall)
      // A link to the page that is open already changes the address and nothing else.
      this.followed = window.location$ && window.location$.subscribe(this.recall)
      if (document.activeElement === this.field) this.warm()
      if (words(this.field.value) && !this.asked) this.type() // typed before the script was there
      else this.recall()
    }

    disconnectedCallback() {
      clearTimeout(this.rest)
      removeEventListener("popstate", this.recall)
      if (this.followed) this.followed.unsubscribe()
    }

    begin() {
      this.field = this.querySelector("textarea")
      this.question = this.querySelector(".pb-seen-asked")
      this.list = this.querySelector("ol")
      this.more = this.querySelector("button")
      this.status = this.querySelector("[role=status]")
      this.recall = this.recall.bind(this)
      this.field.addEventListener("focus", this.warm)
      this.field.addEventListener("input", this.type.bind(this))
      this.field.addEventListener("keydown", this.key.bind(this))
      this.more.addEventListener("click", this.unfold.bind(this))
      this.querySelector("form").addEventListener("submit", function (event) { event.preventDefault() })
    }

    /* The engine starts when somebody is about to write, and not for those who read on. */
    warm() {
      book.ask("match", "").catch(function () { /* said when something is asked */ })
    }

    /* The question of the address, whenever it is not the one that stands here. */
    recall() {
      var text = kept()
      if (location.pathname !== this.path || text === words(this.field.value)) return
      this.field.value = text
      this.look(true)
    }

    type() {
      clearTimeout(this.rest)
      this.fit()
      if (!words(this.field.value)) this.look()
      else this.rest = setTimeout(this.look.bind(this), REST)
    }

    /* The field is as high as its text: by the style sheet, or where a browser does not know that yet, here. */
    fit() {
      if (window.CSS && CSS.supports("field-sizing", "content")) return
      this.field.style.height = "auto"
      this.field.style.height = this.field.scrollHeight + this.field.offsetHeight - this.field.clientHeight + "px"
    }

    key(event) {
      if (event.isComposing) return
      if (event.key === "Enter") {
        event.preventDefault()
        this.look(true)
        if (matchMedia("(pointer: coarse)").matches) this.field.blur() // the keyboard of a phone covers the answers
      } else if (event.key === "Escape" && this.field.value) {
        event.preventDefault()
        this.field.value = ""
        this.type()
      }
    }

    /* Asks what stands in the field. Who waits for an answer is told of none at once, who still writes is not. */
    look(waits) {
      var element = this
      if (location.pathname !== this.path) return // the address is the next page's already, which is still on its way
      var text = this.asked = words(this.field.value)
      function current() { return element.isConnected && text === words(element.field.value) }
      clearTimeout(this.rest)
      this.fit()
      if (text !== kept()) keep(text)
      if (!text) return this.show("", [])
      if (text === last.text) return this.show(text, last.found)
      return Promise.resolve().then(function () { return book.ask("seen", text, { most: MOST }) }).then(function (found) {
        if (!found) throw new Error("engine")
        if (!current()) return
        clearTimeout(element.rest)
        if (found.length) last = { text: text, found: found }
        if (found.length || waits) element.show(text, found)
        else element.rest = setTimeout(function () { element.show(text, found) }, LONGER)
      }).catch(function () {
        if (current()) element.show("", [], element.dataset.failed)
      })
    }

    show(text, found, trouble) {
      var say = this.dataset
      var shown = text && text === unfolded ? found : found.slice(0, SHOWN)
      this.found = found
      this.list.replaceChildren.apply(this.list, shown.map(function (one) { return answer(say, one) }))
      this.list.hidden = !shown.length
      this.question.replaceChildren.apply(this.question, shown.length ? quoted(say, text) : [])
      this.more.hidden = shown.length === found.length
      this.status.textContent = trouble || (!text ? "" : book.say(shown.length ? say.found : say.none, { count: shown.length, text: text }))
      this.status.classList.toggle("pb-seen-none", !shown.length && !!this.status.textContent)
    }

    unfold() {
      unfolded = this.asked
      this.show(this.asked, this.found)
      var first = this.list.children[SHOWN]
      if (first) first.querySelector("a").focus() // the button that had the focus is gone
    }
  })
})()
