/* Patternbook's frame: what Material's bundle expects to find before it starts, and repairs to its frame.
   A classic script in <head>, so that it also runs from file://. Everything works without it. */
(function () {
  "use strict"

  var script = document.currentScript
  var root = document.documentElement
  var scope = new URL("../../", script.src)

  /* --- the four names Material's bundle uses ------------------------------------------------ */

  function key(name, where) { return (where || scope).pathname + "." + name }

  window.__md_scope = scope

  window.__md_hash = function (text) {
    var sum = 0
    for (var letter of text) sum = (sum << 5) - sum + letter.charCodeAt(0)
    return sum
  }

  window.__md_get = function (name, store, where) {
    try {
      return JSON.parse((store || localStorage).getItem(key(name, where)))
    } catch (_) { return null } // storage denied, or not JSON
  }

  window.__md_set = function (name, value, store, where) {
    try {
      (store || localStorage).setItem(key(name, where), JSON.stringify(value))
    } catch (_) { /* storage denied or full: the choice lasts as long as the page */ }
  }

  /* The bundle makes every address of a new page absolute and stops at the links in drawings, whose `href` cannot be set.
     Those are left as they are: they are read against the page's address when they are followed. */
  var drawn = Object.getOwnPropertyDescriptor(SVGAElement.prototype, "href")
  if (drawn && !drawn.set) Object.defineProperty(SVGAElement.prototype, "href", Object.assign({}, drawn, { set: function () { /* see above */ } }))

  /* --- what our own scripts share ------------------------------------------------------------ */

  var loaded = {}

  /* A script of the site, by its path, once. One that could not be had is asked for again the next time. */
  function load(path) {
    return loaded[path] = loaded[path] || new Promise(function (done, fail) {
      var element = document.createElement("script")
      element.onload = done
      element.onerror = function () {
        element.remove()
        delete loaded[path]
        fail(new Error(path))
      }
      element.src = new URL(path, scope).href
      document.head.append(element)
    })
  }

  /* An interface word with its {names} replaced. */
  function say(text, values) {
    return (text || "").replace(/\{(\w+)\}/g, function (_, key) { return values[key] })
  }

  /* An element with a class and children, which may be text: nothing that a reader or an author wrote is ever read as HTML. */
  function make(name, kind, children) {
    var element = document.createElement(name)
    if (kind) element.className = kind
    if (children !== undefined) element.append.apply(element, [].concat(children))
    return element
  }

  /* A word of the elements that stand on every page, from data/labels.js. Without values its {names} stay. */
  function label(name, values) {
    var text = (self.patternbookLabels || {})[name] || ""
    return values ? say(text, values) : text
  }

  window.patternbook = { site: scope, book: script.dataset.book, load: load, say: say, label: label, make: make }

  root.classList.remove("no-js")
  root.classList.add("js")

  /* --- light or dark, before the first paint ------------------------------------------------ */

  var schemes = (script.dataset.schemes || "").split(";").filter(Boolean).map(function (entry) {
    var cut = entry.lastIndexOf("=")
    return { media: entry.slice(0, cut), scheme: entry.slice(cut + 1) }
  })

  function scheme() {
    var stored = window.__md_get("__palette")
    var auto = schemes.some(function (s) { return s.media === "(prefers-color-scheme)" })
    if (stored && stored.color && stored.color.media !== "(prefers-color-scheme)") return stored.color.scheme
    if (!stored && !auto && !schemes.some(function (s) { return s.media })) return null
    var match = schemes.find(function (s) {
      return s.media && s.media !== "(prefers-color-scheme)" && matchMedia(s.media).matches
    })
    return match ? match.scheme : null
  }

  function whenBody(run) {
    if (document.body) return run()
    var watch = new MutationObserver(function () {
      if (!document.body) return
      watch.disconnect()
      run()
    })
    watch.observe(root, { childList: true })
  }

  if (schemes.length) whenBody(function () {
    var chosen = scheme()
    if (chosen) document.body.setAttribute("data-md-color-scheme", chosen)
  })

  /* --- the drawer: a button with a name, a state and a way back ------------------------------ */

  function drawer() {
    var button = document.querySelector(".pb-menu")
    var toggle = document.getElementById("__drawer")
    if (!button || !toggle) return

    function panel() { return document.getElementById("pb-drawer") }
    function state() { button.setAttribute("aria-expanded", String(toggle.checked)) }
    function set(open) {
      if (toggle.checked !== open) toggle.click()
      if (!open) return button.focus()
      var link = panel() && (panel().querySelector("[aria-current]") || panel().querySelector("a"))
      if (link) setTimeout(function () { link.focus() }, 60)
    }

    state()
    toggle.addEventListener("change", state)
    button.addEventListener("click", function () { set(!toggle.checked) })
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && toggle.checked) set(false)
    })
    document.addEventListener("focusin", function (event) {
      if (toggle.checked && panel() && !panel().contains(event.target) && !button.contains(event.target)) toggle.click()
    })
  }

  /* --- the skip link: at once, where Material would first ask the server for the page again ------- */

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".md-skip")
    var target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)))
    if (!target) return
    event.preventDefault()
    event.stopPropagation()
    target.setAttribute("tabindex", "-1")
    target.focus()
  }, true)

  /* --- links in a drawing: Material cannot read their address, so the same link in the text is followed for them ------- */

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("svg a")
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    var same = Array.from(document.links).find(function (other) { return other.href === new URL(link.href.baseVal, location).href })
    event.preventDefault()
    event.stopPropagation()
    if (same) same.click()
    else location.assign(new URL(link.href.baseVal, location))
  }, true)

  /* --- on every page, also after instant navigation ------------------------------------------- */

  function scrollers() {
    document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code, .md-sidebar--secondary .md-sidebar__scrollwrap").forEach(function (box) {
      var wide = box.scrollWidth > box.clientWidth + 1 || (box.scrollHeight > box.clientHeight + 1 && box.clientHeight)
      if (box.classList.contains("md-typeset__scrollwrap") && wide) box.setAttribute("tabindex", "0")
      else if (box.matches("pre > code") && wide) box.setAttribute("tabindex", "0")
      else box.removeAttribute("tabindex")
    })
  }

  window.patternbook.scrollers = scrollers

  /* The contents stand before the first heading, the question of the home page under its own, what keeps a form or a checklist
     before its first blank. Done while the page is still
     being read, so that nothing jumps. */
  function place() {
    put(document.querySelector(".pb-contents:not(.pb-placed)"), ".pb-page > h2", "before")
    put(document.querySelector("pb-seen:not(.pb-placed)"), ".pb-page > h2#seen", "after")
    put(document.querySelector(":is(pb-form, pb-check):not(.pb-placed)"), ".pb-page > .pb-unkept", "after")
  }

  function put(element, where, side) {
    var heading = element && document.querySelector(where)
    if (!heading) return
    heading[side](element)
    element.classList.add("pb-placed")
  }

  /* The options of the appearance, as Material's script will read them at the end of the page. */
  function options() {
    document.querySelectorAll(".md-option:not([data-md-color-media])").forEach(function (option) {
      var known = schemes[option.id.replace("__palette_", "")] || { media: "", scheme: "default" }
      var told = { media: known.media, scheme: known.scheme, primary: "custom", accent: "custom" }
      Object.keys(told).forEach(function (name) {
        if (!option.hasAttribute("data-md-color-" + name)) option.setAttribute("data-md-color-" + name, told[name])
      })
    })
  }

  var reading = new MutationObserver(function () {
    place()
    options()
  })
  reading.observe(root, { childList: true, subtree: true })

  /* Material shows the appearance in force by its label alone; the options themselves must say the same. */
  function appearance() {
    var options = document.querySelectorAll('[data-md-component="palette"] input')
    var stored = window.__md_get("__palette")
    var option = options[stored ? stored.index : 0]
    if (option) option.checked = true
  }

  /* Elements that only some pages hold: their scripts come with the first page that has one. */
  var ELEMENTS = { "pb-filter": "filter", "pb-seen": "seen", "pb-path": "path", "pb-lost": "lost", "pb-form": "form", "pb-check": "check", "pb-kept": "kept", "pb-bound": "bind", "pb-bind": "bind", "pb-binder": "binder", "pb-paper": "paper" }

  function elements() {
    Object.keys(ELEMENTS).forEach(function (name) {
      if (document.querySelector(name)) load("assets/patternbook/" + ELEMENTS[name] + ".js").catch(function () { /* the page is whole without it */ })
    })
  }

  function page() {
    place()
    elements()
    var anchor = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (anchor && anchor.name && anchor.name.indexOf("__tabbed_") === 0) anchor.checked = true
    setTimeout(scrollers, 50)
  }

  /* In a frame, in a folder: a page that is printed with others. No element starts in it. */
  var asked = location.protocol === "file:" && parent !== window
  if (asked) load("assets/patternbook/answer.js")

  addEventListener("DOMContentLoaded", function () {
    reading.disconnect()
    if (asked) return
    drawer()
    appearance()
    // In a folder the bundle tells of no page: its list of them is closed before the first.
    if (window.document$ && location.protocol !== "file:") window.document$.subscribe(page)
    else page()
    addEventListener("resize", scrollers)
  })
})()
