/** Elements, made and kept up to date. Text is always text: nothing here reads markup. */

type Value = string | number | boolean | null | ((event: Event) => void);
type Attributes = Readonly<Record<string, Value>>;
type Child = Node | string | null;

/** Functions are listeners, `true` is an attribute without a value, `false` and null are none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled<E extends Element>(it: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") it.addEventListener(name, value);
    else setAttribute(it, name, value);
  }
  it.append(...children.filter((child) => child !== null));
  return it;
}

export function setAttribute(
  it: Element,
  name: string,
  value: string | number | boolean | null,
): void {
  if (value === false || value === null) return it.removeAttribute(name);
  const text = value === true ? "" : String(value);
  if (it.getAttribute(name) !== text) it.setAttribute(name, text);
}

/** What is the same is left alone: a page of hundreds of rows is looked at once a second. */
export function setText(it: Element, text: string): void {
  if (it.textContent !== text) it.textContent = text;
}

/** The children of an element become those, in that order; those that stay are not moved. */
export function arrange(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of Array.from(parent.children)) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

export function button(label: string, press: () => void, attributes: Attributes = {}) {
  return element("button", { type: "button", click: press, ...attributes }, label);
}

export function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  return element("label", {}, element("span", {}, text), control);
}

export function choice(
  options: readonly (readonly [value: string, label: string])[],
  chosen: (value: string) => void,
): HTMLSelectElement {
  const items = options.map(([value, label]) => element("option", { value }, label));
  const select = element("select", {}, ...items);
  select.addEventListener("change", () => chosen(select.value));
  return select;
}

/** Names and values. Null where there is nothing to be said. */
export function facts(rows: readonly (readonly [name: string, value: Child])[]): HTMLDListElement {
  const list = element("dl");
  for (const [name, value] of rows) {
    if (value !== null && value !== "") {
      list.append(element("dt", {}, name), element("dd", {}, value));
    }
  }
  return list;
}
