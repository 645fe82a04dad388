"""Questions to a page, asked in its own language."""

# "" when the focused element can be seen to be focused, else the element. A radio button may show it on its label.
FOCUS_SHOWS = """() => {
    const element = document.activeElement
    if (!element || element === document.body) return 'nothing has the focus'
    const name = element.outerHTML.slice(0, 160)
    const shown = [element, element.nextElementSibling].filter(Boolean).find(candidate => {
        const style = getComputedStyle(candidate)
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== 'rgba(0, 0, 0, 0)'
    })
    if (!shown) return `no outline: ${name}`
    const box = shown.getBoundingClientRect()
    if (!box.width || !box.height) return `without size: ${name}`
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `off the screen: ${name}`
    const spots = [...shown.getClientRects()].map(rect => [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2])
    const free = spots.some(([x, y]) => {
        const top = document.elementFromPoint(x, y)
        return top && (shown.contains(top) || top.contains(shown))
    })
    return free ? '' : `covered: ${name}`
}"""
