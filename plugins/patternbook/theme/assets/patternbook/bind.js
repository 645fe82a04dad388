/* Patternbook's binder: pages that a reader puts aside to print, kept in this browser and nowhere else.
   A button below each page, and in the header the way to them. Without this script neither is shown. */
(function () {
  "use strict"

  var book = window.patternbook
  var KEY = book.site.pathname + ".binder." + book.book
  var MOST = 500
  var unkept = null // all of it, where the browser does not store: until the site is left

  function stored() {
    try {
      var ids = JSON.parse(localStorage.getItem(KEY))
      return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []
    } catch (_) { return [] }
  }

  function ids() { return unkept || stored() }

  function tell() { document.dispatchEvent(new Event("pb-binder")) }

  function set(list) {
    unkept = Array.from(new Set(list)).slice(0, MOST)
    try {
      localStorage.setItem(KEY, JSON.stringify(unkept))
      unkept = null
    } catch (_) { /* denied or full */ }
    tell()
  }

  function put(list) { set(ids().concat(list)) }

  function out(id) { set(ids().filter((other) => other !== id)) }

  /* Another tab wrote: what could not be stored before may join it now. */
  addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return
    var mine = unkept
    unkept = null
    if (mine) put(mine)
    else tell()
  })
  addEventListener("pageshow", tell)

  function link(text, url) {
    var made = book.make("a", "", text)
    made.href = new URL(url, book.site)
    return made
  }

  book.binder = { MOST, ids, set, put, out, link, denied: () => !!unkept }

  class Part extends HTMLElement {
    connectedCallback() {
      document.addEventListener("pb-binder", this)
      this.paint(ids())
    }

    disconnectedCallback() { document.removeEventListener("pb-binder", this) }

    handleEvent() { this.paint(ids()) }

    /* The way to the binder, with the number of pages in it. */
    way(count) {
      this.link = this.link || link("", this.dataset.print)
      this.link.textContent = book.label(this.word, { count })
      this.link.dataset.count = count
      return this.link
    }
  }

  customElements.define("pb-bound", class extends Part {
    word = "bind-count"

    paint({ length }) {
      if (!length) this.replaceChildren()
      else if (!this.contains(this.way(length))) this.append(this.link)
    }
  })

  customElements.define("pb-bind", class extends Part {
    word = "bind-open"

    paint(all) {
      var here = all.includes(this.dataset.id)
      if (!this.button) this.build()
      this.button.textContent = book.label(here ? "bind-out" : "bind-put")
      this.button.disabled = !here && all.length >= MOST
      this.said.replaceChildren(here ? this.way(all.length) : this.button.disabled ? book.label("bind-full") : "", here && unkept ? " " + book.label("bind-denied") : "")
    }

    build() {
      this.button = book.make("button")
      this.button.type = "button"
      this.button.onclick = () => ids().includes(this.dataset.id) ? out(this.dataset.id) : put([this.dataset.id])
      this.said = book.make("span")
      this.said.setAttribute("role", "status")
      this.append(this.button, " ", this.said)
    }
  })
})()
