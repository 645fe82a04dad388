/* What stands behind a link: a tooltip for mouse and keyboard, a sheet for touch. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var base // of the links shown: the address changes before the page does
  var REST = 350
  var LEAVE = 200
  var PATIENCE = 1500

  /* A page's name in data: `traps/x` for traps/x/ and traps/x.html; none for what is no page of this site. */
  book.name = function (url) {
    var path = url.href.split(/[?#]/)[0].split(book.site.href)
    if (path[0] || /\.(?!html$)[^./]*$/.test(path[1])) return ""
    return path[1].replace(/(^|\/)index\.html$|\.html$|\/$/, "") || "index"
  }

  function address(link) { return new URL(link.getAttribute("href"), base) } // a drawn link's `href` is no text

  function here(url) { return book.name(url) === book.name(base) }

  /* The link, if its target says more than stands beside it. */
  function linkAt(target) {
    var link = target.closest && target.closest(".pb-page a[href]:not([download], [target], .pb-cards a, .pb-contents a, pb-preview a)")
    var url = link && address(link)
    return url && book.name(url) && !url.search && (url.hash || !here(url)) ? link : null
  }

  /* The program's lists stand in blocks with a name. */
  function inText(link) {
    return link.matches(":is(p, li, td, dd) a") && link.closest(".pb-page > :is(:not([class*=pb-], pb-seen, pb-filter), .pb-checklist, .pb-field)")
  }

  async function lines(link) {
    var url = address(link)
    var name = book.name(url)
    await book.load("data/previews/" + name + ".js")
    var page = self.patternbookPreviews[decodeURI(name)]
    var place = new Map(Object.entries(page.places)).get(decodeURIComponent(url.hash.slice(1)))
    var kind = make("span", "pb-card-kind", page.label || "")
    kind.dataset.kind = page.kind || ""
    if (!place && here(url)) throw name // nothing to say
    return [
      make("p", "pb-preview-of", [kind, place ? page.title : ""]),
      make("p", "pb-preview-title", place ? place[0] : page.title),
      make("p", "pb-preview-text", place && place[1] || page.summary),
    ]
  }

  var on = {
    pointerover(event, link) {
      if (event.pointerType === "touch") return
      if (link ? link === this.shown : this.contains(event.target)) clearTimeout(this.leaving)
      else this.want(link)
    },

    pointerout(event, link) {
      if (link && link.contains(event.relatedTarget)) return
      this.left(link)
      if (this.sheet || !(link ? link === this.shown : this.contains(event.target))) return
      clearTimeout(this.leaving)
      this.leaving = setTimeout(() => this.shown.matches(":focus-visible") || this.hide(), LEAVE)
    },

    focusin(event, link) {
      if (link && link.matches(":focus-visible")) this.want(link)
    },

    focusout(event, link) {
      var next = event.relatedTarget
      this.left(link)
      if (this.sheet ? next && next !== this.shown && !this.contains(next) : link) this.hide()
    },

    keydown(event) {
      this.touch = false
      if (event.key === "Escape") this.hide(true)
    },

    pointerdown(event) { this.touch = event.pointerType === "touch" },

    click(event, link) {
      var again = link === this.tapped
      if (this.contains(event.target)) return event.target.matches("a, button") && this.hide(event.target.matches("button"))
      this.hide(!link)
      this.sent = link
      this.wanted = null
      if (!link || again || !this.touch || !event.isTrusted || !inText(link)) return
      event.preventDefault()
      event.stopPropagation()
      this.tap(link)
    },

    scroll() {
      if (!this.sheet) this.place()
      else if (Math.abs(scrollY - this.from) > innerHeight / 2) this.hide(true)
    },

    resize() { this.place() },
  }

  customElements.define("pb-preview", class extends HTMLElement {
    connectedCallback() {
      base = new URL(location)
      for (var name in on) addEventListener(name, this, true)
    }

    disconnectedCallback() {
      for (var name in on) removeEventListener(name, this, true)
      this.hide(true)
    }

    handleEvent(event) { on[event.type].call(this, event, linkAt(event.target)) }

    want(link) {
      if (!link || this.sheet || [this.wanted, this.shown, this.sent].includes(link)) return
      this.wanted = link
      setTimeout(() => link === this.wanted && this.look(link, false, () => {}), REST)
    }

    left(link) {
      if (link === this.sent) this.sent = null
      if (link === this.wanted) this.wanted = null
    }

    /* Where no text comes in time, the link leads where it always did. */
    tap(link) {
      var go = () => link === this.wanted && link.click()
      this.wanted = this.tapped = link
      this.look(link, true, go)
      setTimeout(go, PATIENCE)
    }

    look(link, sheet, failed) {
      lines(link).then((found) => link === this.wanted && this.show(link, found, sheet)).catch(failed)
    }

    show(link, parts, sheet) {
      var box = make("div", "pb-preview", make("div", "", parts))
      this.hide()
      this.wanted = null
      this.shown = link
      this.sheet = sheet
      this.box = box
      box.id = "pb-preview"
      box.setAttribute("role", sheet ? "dialog" : "tooltip")
      this.append(box)
      if (sheet) return this.enter(link, parts[1])
      link.setAttribute("aria-describedby", box.id)
      this.place()
    }

    /* The page moves where the sheet would hide the link. */
    enter(link, title) {
      var open = make("a", "", book.label("preview-open"))
      this.tapped = link
      open.href = link.href
      title.id = "pb-preview-title"
      this.box.setAttribute("aria-labelledby", title.id)
      this.box.append(open, make("button", "", book.label("preview-close")))
      open.focus({ preventScroll: true })
      scrollBy(0, Math.max(0, link.getBoundingClientRect().bottom + 8 - this.box.offsetTop))
      this.from = scrollY
    }

    /* Below the link's last line or above its first: never over it, never off the screen. */
    place() {
      if (this.sheet || !this.shown) return
      var box = this.box
      var all = this.shown.getBoundingClientRect()
      var rows = this.shown.getClientRects()
      if (!rows.length || all.bottom < 0 || all.top > innerHeight) return this.hide()
      var below = innerHeight - all.bottom >= box.offsetHeight
      var left = rows[below ? rows.length - 1 : 0].left
      box.style.left = Math.max(0, Math.min(left, document.documentElement.clientWidth - box.offsetWidth)) + "px"
      box.style.top = (below ? all.bottom : Math.max(0, all.top - box.offsetHeight)) + "px"
    }

    /* `away`: until pointer and focus have left the link. */
    hide(away) {
      var link = this.shown
      clearTimeout(this.leaving)
      if (away) {
        this.sent = link || this.wanted
        this.wanted = null
        if (this.sheet) link.focus({ preventScroll: true })
      }
      this.shown = this.tapped = this.sheet = null
      if (!link) return
      link.removeAttribute("aria-describedby")
      this.box.remove()
    }
  })
})()
