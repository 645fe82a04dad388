/* Patternbook on paper: what only the moment of printing can add. The foot of each sheet, where a browser lets a page set it, and
   notes that say where the links of the text lead. Without this script the page ends with its name and address. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var root = document.documentElement
  var media = matchMedia("print")

  /* Links of the text itself: cards, lists and sources say in their own way where they lead. */
  var TEXT = ".pb-page > :is(p:not(.pb-edit), ul, ol, blockquote, table, .md-typeset__scrollwrap) a[href]:not(#sources + ul a)"

  /* A text as CSS reads it. */
  function quoted(text) { return '"' + text.replace(/["\\]/g, "\\$&").replace(/\s+/g, " ").trim() + '"' }

  /* An address as one would type it; a page of this site is found where the site is published, wherever this copy of it lies.
     Nothing for a place on the page itself. */
  function short(link, site) {
    if (!/^(https?|file|mailto):$/.test(link.protocol) || link.href.split("#")[0] === location.href.split("#")[0]) return ""
    var own = link.href.startsWith(book.site.href)
    var text = own ? site + link.href.slice(book.site.href.length) : link.href
    try { text = decodeURI(text) } catch (_) { /* not in UTF-8: as it is */ }
    return text.replace(/^(https?:\/\/|mailto:)/, "").replace(/(^|\/)index\.html(?=#|$)/, "$1")
  }

  customElements.define("pb-paper", class extends HTMLElement {
    connectedCallback() {
      this.live = new AbortController()
      var listen = (target, name, act) => target.addEventListener(name, act, { signal: this.live.signal })
      listen(window, "beforeprint", () => this.lay())
      listen(window, "afterprint", () => { if (!media.matches) this.clear() })
      listen(media, "change", () => media.matches ? this.lay() : this.clear())
      if (media.matches) this.lay()
    }

    disconnectedCallback() {
      this.live.abort()
      this.clear()
    }

    lay() {
      if (this.marks) return
      this.marks = []
      this.foot()
      if (this.closest(".pb-page:not([data-kind=template], [data-kind=checklist])")) this.note()
    }

    clear() {
      if (!this.marks) return
      this.marks.forEach((mark) => mark.remove())
      this.marks = null
      ;["title", "place", "count"].forEach((part) => root.style.removeProperty("--pb-foot-" + part))
      root.classList.remove("pb-footed")
    }

    /* Browsers without boxes in the margin keep the lines at the end of the page. */
    foot() {
      if (!window.CSSMarginRule) return
      var set = (part, value) => root.style.setProperty("--pb-foot-" + part, value)
      var line = (kind) => Array.from(this.querySelector(kind).children, (one) => one.textContent).join(" · ")
      set("title", quoted(this.querySelector(".pb-paper-title").textContent))
      set("place", quoted(line(".pb-paper-place")))
      set("count", quoted(book.label("paper-sheet")).replace(/\{(page|pages)\}/g, '" counter($1) "'))
      root.classList.add("pb-footed")
    }

    /* Each address once, called as it is called first. */
    note() {
      var found = new Map()
      this.closest(".pb-page").querySelectorAll(TEXT).forEach((link) => {
        var address = short(link, this.dataset.site)
        var text = link.textContent.trim()
        if (!address || address === text) return
        if (!found.has(address)) found.set(address, { text, number: found.size + 1 })
        this.mark(link, "after", make("sup", "pb-mark", String(found.get(address).number)))
      })
      if (!found.size) return
      var rows = Array.from(found, ([address, { text }]) => make("li", "", [text + " ", make("span", "", address)]))
      this.mark(this, "before", make("section", "pb-links", [make("h2", "", book.label("paper-links")), make("ol", "", rows)]))
    }

    mark(place, side, element) {
      place[side](element)
      this.marks.push(element)
    }
  })
})()
