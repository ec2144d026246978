// A <dialog> over the page, and what browsers do without one that know none (Safari before 15.4).

export class Dialog {
  // `left` is called when it was closed.
  constructor(node, left = () => {}) {
    this.node = node;
    this.left = left;
    this.isKnown = typeof node.showModal === "function";
    node.hidden = true;
    if (this.isKnown) {
      node.addEventListener("close", () => this.leave());
      return;
    }
    node.setAttribute("role", "dialog");
    node.setAttribute("tabindex", "-1");
    node.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  open() {
    this.node.hidden = false;
    if (this.isKnown) {
      this.node.showModal();
      return;
    }
    this.opener = document.activeElement;
    this.node.setAttribute("open", "");
    this.node.focus();
  }

  close() {
    if (this.isKnown) {
      this.node.close();
      return;
    }
    this.node.removeAttribute("open");
    this.leave();
    this.opener?.focus();
  }

  leave() {
    this.node.hidden = true;
    this.left();
  }
}
