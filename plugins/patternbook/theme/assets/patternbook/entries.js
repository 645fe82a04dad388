/* Patternbook's rows of lists and tables: added, moved, taken away, with the pointer or with keys. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make

  function word(name, values) { return book.asking.word(name, values) }

  book.Rows = class {
    constructor(host, field, box) {
      Object.assign(this, { host, field, box })
      box.querySelectorAll(".pb-row-tools, .pb-add").forEach((part) => part.remove())
      this.more = book.asking.button(word("add-row"), () => this.first(book.controls.add(field, box)), "pb-act pb-add")
      ;(box.querySelector("fieldset") || box).append(this.more)
    }

    all() { return book.controls.rows(this.box) }

    /* An empty row stays for as long as one is in it. */
    first(row) {
      row.querySelector("textarea, input, select").focus()
      this.paint()
    }

    tools(row) {
      var made = make("span", "pb-row-tools", [
        book.asking.button("", () => this.move(row, -1), "pb-row-up"),
        book.asking.button("", () => this.move(row, 1), "pb-row-down"),
        book.asking.button("", () => this.remove(row), "pb-row-out"),
      ])
      ;(row.cells ? row.lastElementChild : row).append(made)
      return made
    }

    /* Only rows with something in them can be moved or taken away. */
    paint() {
      var { field, box } = this
      book.controls.grow(field, box)
      this.all().forEach((row, place, { length }) => {
        var tools = row.querySelector(".pb-row-tools") || this.tools(row)
        tools.hidden = book.controls.blank(book.controls.readLine(field, row))
        Array.from(tools.children, (button, which) => {
          var name = word(["row-up", "row-down", "row-out"][which], { row: place + 1 })
          book.asking.put(button, { "aria-label": name, title: name }).disabled = place === [0, length - 1][which]
        })
      })
      this.more.hidden = !book.controls.room(field, box)
    }

    settle() {
      this.all().forEach((row, place) => book.controls.number(this.field, row, place + 1))
      this.host.keep(this.field)
      this.paint()
    }

    /* The focus stays on the button, or on its twin where there is no farther. */
    move(row, by) {
      var place = this.all().indexOf(row) + by
      this.all()[place][by < 0 ? "before" : "after"](row)
      this.settle()
      var [up, down] = row.querySelectorAll(".pb-row-tools button")
      ;(by < 0 && !up.disabled || down.disabled ? up : down).focus()
      this.host.keeper.hear(word("row-moved", { row: place + 1 }))
    }

    remove(row) {
      var { host, field, box } = this
      var place = this.all().indexOf(row)
      var value = book.controls.readLine(field, row)
      if (this.all().length <= box.least) book.controls.add(field, box)
      row.remove()
      this.settle()
      this.first(this.all()[place] || this.all()[place - 1])
      host.say(word("row-gone", { row: place + 1 }), word("undo"), () => {
        host.insert(field, place, value)
        this.first(this.all()[place])
      })
    }
  }
})()
