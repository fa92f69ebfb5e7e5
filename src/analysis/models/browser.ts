/** The browser: what a page reads from outside, and what servers answer it. */
import { each, type Model } from './model.ts';

export const browser: Model = {
  aliases: {
    'window.localStorage': 'localStorage', 'window.sessionStorage': 'sessionStorage', '$': 'jQuery', 'window.$': 'jQuery', 'jquery': 'jQuery', 'window.jQuery': 'jQuery',
    ...each('document.getElementById() document.querySelector() document.createElement() document.body document.getElementsByClassName() document.getElementsByTagName() React.useRef().current react.useRef().current document.documentElement document.querySelectorAll() document.querySelectorAll().* document.getElementsByClassName().* HTMLElement() Element() HTMLDivElement() HTMLInputElement() ShadowRoot()', 'dom.element'),
    'node-fetch()': 'fetch()', 'axios.post()': 'axios.get()', 'axios.request()': 'axios.get()', 'axios()': 'axios.get()', 'axios.create().get()': 'axios.get()',
    'axios.get().data.data': 'axios.get().data',
  },
  sources: {
    ...each('fetch().json() fetch().text() fetch().body fetch().formData() ky.get().json() ky.get().text() superagent.get().body axios.get().data localStorage.getItem() sessionStorage.getItem() XMLHttpRequest().responseText jQuery.get() jQuery.getJSON()', 'stored' as const),
    ...each('dom.element.value dom.element.textContent dom.element.innerText jQuery().val() jQuery().text() jQuery().attr() jQuery().data() dom.element.getAttribute() dom.element.dataset dom.element.title dom.element.alt message.event.target.value message.event.currentTarget.value message.event.target.innerText window.prompt()', 'local' as const),
  },
};
