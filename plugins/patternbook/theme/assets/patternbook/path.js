/* Patternbook's paths: which of their pages were read, kept in this browser and nowhere else.
   Without this script a path is a list of steps, and a page says where it stands on it. */
(function () {
  "use strict"

  var book = window.patternbook
  var READ = book.site.pathname + ".read"
  var CAME = book.site.pathname + ".path"
  var SOON = 4000

  /* --- what is kept: an array of the names of pages ------------------------------------------------ */

  var unkept = null // all of it, where the browser does not store: until the page is left
  var cameBy = ""

  /* The names; `null` where there is something else, which is not ours to overwrite, or where a browser denies the look. */
  function stored() {
    try {
      var names = JSON.parse(localStorage.getItem(READ) || "[]")
      return Array.isArray(names) && names.every(function (name) { return typeof name === "string" }) ? names : null
    } catch (_) { return null }
  }

  function read() { return new Set(unkept || stored() || []) }

  /* `asked`: by the reader. What only time tells does not replace content that we cannot read. */
  function change(names, add, asked) {
    var all = read()
    names.forEach(function (name) { all[add ? "add" : "delete"](name) })
    unkept = Array.from(all)
    if (asked || stored()) try {
      localStorage.setItem(READ, JSON.stringify(unkept))
      unkept = null
    } catch (_) { /* denied or full */ }
    paintAll()
  }

  /* Another tab wrote: what could not be stored before may join it now. */
  addEventListener("storage", function (event) {
    if (event.key !== READ && event.key !== null) return
    var mine = unkept
    unkept = null
    if (mine) change(mine, true)
    else paintAll()
  })

  function paintAll() { document.querySelectorAll("pb-path").forEach(function (element) { if (element.paint) element.paint() }) }

  /* The path by which the reader came, for as long as the tab is open. */
  function came(path) {
    if (path) cameBy = path
    try {
      if (path) sessionStorage.setItem(CAME, path)
      return sessionStorage.getItem(CAME) || cameBy
    } catch (_) { return cameBy }
  }

  /* The names of a path's pages, in reading order. */
  function stepsOf(path) {
    return book.load("data/previews/" + path + ".js").then(function () { return self.patternbookPreviews[path].steps || [] })
  }

  /* --- the element: on a path's page and on the pages that stand on one ------------------------------- */

  customElements.define("pb-path", class extends HTMLElement {
    connectedCallback() {
      this.page = this.closest(".pb-page")
      this.here = book.name(new URL(location))
      this.page.addEventListener("click", this)
      document.addEventListener("visibilitychange", this)
      if (!this.lines) this.build()
      this.wait()
      this.paint()
    }

    disconnectedCallback() {
      this.page.removeEventListener("click", this)
      document.removeEventListener("visibilitychange", this)
      clearTimeout(this.timer)
    }

    handleEvent(event) {
      if (event.type !== "click") this.wait()
      else if (event.isTrusted) this.follow(event.target.closest("a")) // not the click that frame.js makes for a drawn link
    }

    /* A line for each path that is told of here. */
    build() {
      var steps = this.page.querySelector(".pb-steps")
      var ways = Array.from(this.page.querySelectorAll(".pb-ways > ul > li"), this.way, this)
      var first = ways.find(function (line) { return line.path === came() })
      if (first) first.item.parentNode.prepend(first.item)
      this.onWay = ways.length > 0
      this.lines = ways
      if (steps) this.lines.push(this.own(steps))
    }

    /* Where a page stands on a path: the number comes with the path's own list, which is asked for when a reader comes near. */
    way(item) {
      var line = { item: item, path: book.name(item.querySelector("a")), count: book.make("p", "pb-read"), names: [] }
      var element = this
      item.append(line.count)
      var near = new IntersectionObserver(function (seen) {
        if (!seen.some(function (one) { return one.isIntersecting })) return
        near.disconnect()
        stepsOf(line.path).then(function (names) {
          line.names = names
          element.paint()
        }).catch(function () { /* the line stays empty */ })
      }, { rootMargin: "100%" })
      near.observe(item)
      return line
    }

    own(steps) {
      var links = Array.from(steps.querySelectorAll("ol > li > p:first-child > a, ol > li > a"))
      var line = { path: this.here, count: book.make("span"), again: book.make("button", "", this.dataset.again), names: links.map(book.name), links: links }
      line.count.setAttribute("role", "status")
      line.again.type = "button"
      line.again.addEventListener("click", function () {
        change(line.names, false, true)
        links[0].focus()
      })
      line.boxes = links.map(this.box, this)
      steps.prepend(book.make("p", "pb-read", [line.count, " ", line.again]))
      return line
    }

    box(link) {
      var box = book.make("input")
      box.type = "checkbox"
      box.setAttribute("aria-label", this.dataset.mark + ": " + link.textContent)
      box.addEventListener("change", function () { change([book.name(link)], box.checked, true) })
      link.closest("li").append(book.make("label", "pb-read-mark", [box, this.dataset.mark]))
      return box
    }

    paint() {
      var all = read()
      var element = this
      this.lines.forEach(function (line) {
        var done = line.names.filter(function (name) { return all.has(name) }).length
        var text = line.names.length ? book.say(element.dataset.count, { count: done, total: line.names.length }) : ""
        if (line.count.textContent !== text) line.count.textContent = text
        if (line.links) element.mark(line, all, done)
      })
    }

    /* The boxes, and the first step that is not read yet: there the reader goes on. */
    mark(line, all, done) {
      var next = line.names.findIndex(function (name) { return !all.has(name) })
      line.again.hidden = !done
      line.links.forEach(function (link, number) {
        line.boxes[number].checked = all.has(line.names[number])
        if (number === next) link.setAttribute("aria-current", "step")
        else link.removeAttribute("aria-current")
      })
    }

    /* Read is what was open for a while, and in sight. */
    wait() {
      var here = this.here
      clearTimeout(this.timer)
      if (this.onWay && !document.hidden) this.timer = setTimeout(function () {
        if (!read().has(here)) change([here], true)
      }, SOON)
    }

    /* Along a path: it is remembered, and the page that one goes on from was read. */
    follow(link) {
      var here = this.here
      var line = link && this.lines.find(function (line) { return line.item ? line.item.contains(link) : line.links.includes(link) })
      if (!line) return
      came(line.path)
      var next = book.name(link)
      if (line.item) stepsOf(line.path).then(function (names) {
        if (names.indexOf(next) > names.indexOf(here)) change([here], true, true)
      }).catch(function () { /* then nobody knows which comes first */ })
    }
  })
})()
