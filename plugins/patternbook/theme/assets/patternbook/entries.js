/* Patternbook's rows of lists and tables: added, moved, taken away, with the pointer or with keys. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make

  function word(name, values) { return book.asking.word(name, values) }

  /* `changed(field)` is told of each change; `host.say(text, label, act)` tells the reader, with a way back. */
  function entries(host, field, box, changed) {
    var { rows, readLine, blank, number, add, room, grow } = book.controls
    var more = book.asking.button(word("add-row"), () => first(add(field, box)), "pb-act pb-add")
    ;(box.querySelector("fieldset") || box).append(more)
    host.live.signal.addEventListener("abort", () => more.remove())
    box.querySelectorAll(".pb-row-tools").forEach((tools) => tools.remove())

    /* An empty row stays for as long as one is in it. */
    function first(row) {
      row.querySelector("textarea, input, select").focus()
      paint()
    }

    function tools(row) {
      var made = [
        book.asking.button("", () => move(row, -1), "pb-row-up"),
        book.asking.button("", () => move(row, 1), "pb-row-down"),
        book.asking.button("", () => remove(row), "pb-row-out"),
      ]
      ;(row.cells ? row.lastElementChild : row).append(make("span", "pb-row-tools", made))
    }

    /* Only rows with something in them can be moved or taken away. */
    function paint() {
      grow(field, box)
      var all = rows(box)
      all.forEach((row, place) => {
        if (!row.querySelector(".pb-row-tools")) tools(row)
        var [up, down, out] = row.querySelectorAll(".pb-row-tools button")
        ;[[up, "row-up"], [down, "row-down"], [out, "row-out"]].forEach(([button, name]) => {
          book.asking.put(button, { "aria-label": word(name, { row: place + 1 }), title: word(name, { row: place + 1 }) })
        })
        up.disabled = place === 0
        down.disabled = place === all.length - 1
        up.parentNode.hidden = blank(readLine(field, row))
      })
      more.hidden = !room(field, box)
    }

    function settle() {
      rows(box).forEach((row, place) => number(field, row, place + 1))
      changed(field)
      paint()
    }

    /* The focus stays on the button, or on its twin where there is no farther. */
    function move(row, by) {
      var all = rows(box)
      var place = all.indexOf(row) + by
      all[place][by < 0 ? "before" : "after"](row)
      settle()
      var [up, down] = row.querySelectorAll(".pb-row-tools button")
      ;(by < 0 && !up.disabled || down.disabled ? up : down).focus()
      host.keeper.hear(word("row-moved", { row: place + 1 }))
    }

    function remove(row) {
      var all = rows(box)
      var place = all.indexOf(row)
      var value = readLine(field, row)
      if (all.length <= box.least) add(field, box)
      row.remove()
      settle()
      first(rows(box)[place] || rows(box)[place - 1])
      host.say(word("row-gone", { row: place + 1 }), word("undo"), () => {
        host.insert(field, place, value)
        first(rows(box)[place])
      })
    }

    return paint
  }

  book.entries = entries
})()
