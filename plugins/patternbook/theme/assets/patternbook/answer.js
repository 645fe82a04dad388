/* Patternbook's answer to the page that prints others (assembled.js): from a folder no page can be fetched, so it is loaded in a
   frame and tells its text. frame.js loads this there, and nowhere else. The text is the book's alone: nothing that a reader keeps
   is in it, since no element starts in a frame. */
(function () {
  "use strict"

  var told = false

  /* As soon as the article was read; the rest of the page is not waited for. */
  function answer() {
    var text = document.querySelector(".pb-page")
    if (told || !text) return
    told = true
    parent.postMessage({ patternbook: text.outerHTML }, "*") // files have no origin that could be named
    stop()
  }

  function look() { if (document.readyState !== "loading" || document.querySelector(".md-footer")) answer() }

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true })
  document.addEventListener("readystatechange", look)
  look()
})()
