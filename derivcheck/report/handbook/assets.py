"""The handbook's one style sheet and one script, inlined in every page and named by hash."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root{
--paper:#fcfbf8;--card:#ffffff;--ink:#1f2328;--soft:#5c6470;--faint:#8a919c;--line:#e4e1d9;
--link:#1b5a9c;--mark:#f3efe4;--proved:#1d7a4c;--supported:#1b7488;--refuted:#b3372f;
--invalid:#a3541a;--undecided:#8a6a00;--erratum:#7a4fa3;--f:#8a919c;--claim:#1b5a9c;--dot:#c2512d;
--serif:"Iowan Old Style","Palatino Linotype","URW Palladio L","TeX Gyre Pagella",Palatino,
"Book Antiqua",Georgia,"Noto Serif",serif;
--sans:system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{
--paper:#15171a;--card:#1c1f23;--ink:#e7e5df;--soft:#a7adb6;--faint:#7c838d;--line:#2f343a;
--link:#86b7ee;--mark:#23272c;--proved:#63c795;--supported:#66bfd2;--refuted:#f08a80;
--invalid:#e5a066;--undecided:#dcbb52;--erratum:#c3a0e6;--f:#7c838d;--claim:#86b7ee;--dot:#f0916d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 var(--serif)}
main,header,footer{max-width:54rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.2rem}
footer{padding-top:2rem;padding-bottom:3rem;color:var(--faint);font:13px/1.5 var(--sans)}
a{color:var(--link);text-decoration:none;text-underline-offset:.2em}
a:hover{text-decoration:underline}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{
outline:2px solid var(--link);outline-offset:2px}
h1{font-size:1.9rem;line-height:1.2;font-weight:600;margin:.3rem 0 .5rem;letter-spacing:-.01em;
overflow-wrap:anywhere}
h2{font-size:1.25rem;font-weight:600;margin:2.4rem 0 .6rem}
h3{font:600 .8rem/1.4 var(--sans);letter-spacing:.06em;text-transform:uppercase;
color:var(--soft);margin:1.6rem 0 .4rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
code,pre,.id{font-family:var(--mono);font-size:.82em}
code{overflow-wrap:anywhere}
math{font-family:"Latin Modern Math","STIX Two Math","Cambria Math","Libertinus Math",
"TeX Gyre Pagella Math","DejaVu Math TeX Gyre","Noto Sans Math",math;font-size:1.05em}
.statement math{font-size:1.25em}
mtd{padding:.25em .1em}
.cases mtd{text-align:left;padding-right:1em}
.crumbs{font:13px/1.5 var(--sans);color:var(--faint)}
.crumbs a{color:var(--soft)}
.lead{color:var(--soft);margin-top:0}
.badge{display:inline-block;font:600 .72rem/1 var(--sans);letter-spacing:.03em;padding:.34em .6em;
border-radius:99px;border:1px solid currentColor;white-space:nowrap;vertical-align:.15em}
.proved{color:var(--proved)}.supported{color:var(--supported)}.refuted{color:var(--refuted)}
.invalid{color:var(--invalid)}.undecided{color:var(--undecided)}.erratum{color:var(--erratum)}
.fail{color:var(--refuted)}
.statement{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:1.5rem 1rem;margin:1.2rem 0;overflow-x:auto;text-align:center}
.scroll{overflow-x:auto;overflow-y:hidden}
.facts{list-style:none;margin:.4rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.6rem}
.facts li{max-width:100%;overflow-x:auto;overflow-y:hidden}
.note{border-left:3px solid var(--line);padding:.1rem 0 .1rem .9rem;color:var(--soft)}
.box{border:1px solid var(--line);border-left:3px solid currentColor;border-radius:6px;
padding:.7rem 1rem;margin:.8rem 0;background:var(--card)}
.box>*{color:var(--ink)}
.box strong{color:inherit}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.4rem 0}
dt{color:var(--soft);font:13px/1.9 var(--sans)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
.judges{list-style:none;padding:0;margin:.4rem 0}
.judges li{padding:.45rem 0;border-top:1px solid var(--line)}
.judges li:first-child{border-top:0}
.judges small{display:block;color:var(--soft);font:13px/1.5 var(--sans);overflow-wrap:anywhere}
.steps{list-style:none;counter-reset:step;padding:0;margin:.4rem 0}
.steps li{counter-increment:step;padding:.6rem 0;border-top:1px solid var(--line)}
.steps li:first-child{border-top:0}
.steps math{font-size:1.15em}
details{margin:.2rem 0}summary{font:13px/1.6 var(--sans);color:var(--faint);cursor:pointer}
.by{font:13px/1.5 var(--sans);color:var(--soft);margin:.2rem 0 0}
.copies{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
.copy{display:grid;grid-template-columns:8.5rem 1fr auto;gap:.3rem .8rem;align-items:center;
border-top:1px solid var(--line);padding:.45rem 0}
.copy span{color:var(--soft);font:13px/1.4 var(--sans)}
.copy code{min-width:0}
button{font:600 13px/1 var(--sans);color:var(--ink);background:var(--mark);
border:1px solid var(--line);border-radius:7px;padding:.55em .8em;cursor:pointer}
button:hover{border-color:var(--faint)}
button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
.tools{position:sticky;top:0;z-index:1;background:var(--paper);padding:.9rem 0 .7rem;
border-bottom:1px solid var(--line);margin-top:1rem}
.tools input,.tools select{font:16px/1.2 var(--sans);color:var(--ink);background:var(--card);
border:1px solid var(--line);border-radius:8px;padding:.55rem .7rem;min-width:0}
.tools .first{display:grid;grid-template-columns:1fr minmax(8rem,16rem);gap:.6rem}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin-top:.6rem;align-items:center}
.chips output{font:13px/1.5 var(--sans);color:var(--faint);margin-left:auto}
html:not(.js) .tools,html:not(.js) .copy button{display:none}
.list{list-style:none;margin:0;padding:0}
.list a{display:grid;grid-template-columns:7.2rem minmax(0,12rem) minmax(0,1fr) max-content;
gap:.2rem .9rem;align-items:center;padding:.55rem .35rem;border-top:1px solid var(--line);
color:inherit;border-radius:4px}
.list a:hover{background:var(--mark);text-decoration:none}
.list .id{color:var(--faint);overflow-wrap:break-word;min-width:0}
.list .math,.one{display:flex;flex-wrap:wrap;gap:.25rem .3em;align-items:baseline;min-width:0}
.list .math>*{max-width:100%;overflow-x:auto;overflow-y:hidden}
.one{justify-content:center}
.one>*,.several>*{max-width:100%;overflow-x:auto;overflow-y:hidden}
.several{display:grid;grid-template-columns:max-content max-content;gap:.5em .3em;
justify-content:center;justify-items:start;align-items:baseline}
.several>:not(:first-child){grid-column:2}
.list .name{overflow-wrap:anywhere;line-height:1.35}
[hidden]{display:none!important}
.none{color:var(--soft);padding:2rem 0}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font:13px/1.5 var(--sans);color:var(--soft);
list-style:none;padding:0;margin:.2rem 0}
.legend i{display:inline-block;width:1.3em;height:0;border-top:2px solid;vertical-align:.28em;
margin-right:.45em}
.legend .k-f{border-color:var(--f)}.legend .k-claim{border-color:var(--claim)}
.legend .k-dot{border-top:0;width:.5em;height:.5em;border-radius:50%;background:var(--dot);
vertical-align:.1em}
.legend .k-error{border-color:var(--dot)}
.legend .k-allowed{border-color:var(--soft);border-top-style:dashed}
figure{margin:.8rem 0}
.plot{width:100%;height:auto;display:block}
.plot .grid{stroke:var(--line);stroke-width:1}
.plot .frame{fill:none;stroke:var(--line);stroke-width:1}
.plot .tick{fill:var(--soft);font:12px var(--sans)}
.plot .end{text-anchor:end}.plot .middle{text-anchor:middle}
.plot .title{fill:var(--faint)}.plot .variable{font-style:italic;font-family:var(--serif)}
.plot .line{fill:none;stroke-width:2;stroke-linejoin:round}
.plot .f{stroke:var(--f);stroke-width:1.6}.plot .claim{stroke:var(--claim)}
.plot .dot{fill:var(--dot)}
.plot .error{stroke:var(--dot);stroke-width:1.5}
.plot .allowed{stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.5}
.turn{display:flex;justify-content:space-between;gap:1rem;margin-top:2.6rem;padding-top:.9rem;
border-top:1px solid var(--line);font-size:.95rem}
.turn :last-child{margin-left:auto;text-align:right}
@media (max-width:40rem){
body{font-size:16px}h1{font-size:1.55rem}
main,header,footer{padding-left:1rem;padding-right:1rem}
.list a{grid-template-columns:1fr max-content;grid-template-areas:"name badge" "math math";
padding:.7rem .2rem}
.list .id{display:none}.list .name{grid-area:name}.list .math{grid-area:math}
.list .badge{grid-area:badge}
.tools{position:static}.tools .first{grid-template-columns:1fr}
.copy{grid-template-columns:1fr auto}.copy code{grid-column:1/3;grid-row:2}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}
.statement{padding:1.1rem .6rem}.statement math{font-size:1.1em}
.one{justify-content:flex-start}
.several{grid-template-columns:minmax(0,1fr)}.several>:not(:first-child){grid-column:1}}
@media (min-width:82rem){main,header,footer{max-width:76rem}
.list a{grid-template-columns:15rem minmax(0,20rem) minmax(0,1fr) max-content}}
@media print{.tools,.copies,button,.turn{display:none}body{background:#fff;color:#000}}
"""

SCRIPT = """
"use strict";
(function(){
var root=document.documentElement;root.classList.add("js");
function fallback(text){
var area=document.createElement("textarea");area.value=text;area.setAttribute("readonly","");
document.body.appendChild(area);area.select();
var done=false;try{done=document.execCommand("copy")}catch(error){done=false}
area.remove();return done}
function copy(button){
var code=button.parentNode.querySelector("code").textContent;
function told(done){button.textContent=done?"Copied":"Press Ctrl+C";
setTimeout(function(){button.textContent="Copy"},1600)}
if(navigator.clipboard&&window.isSecureContext){
navigator.clipboard.writeText(code).then(function(){told(true)},function(){told(fallback(code))})
}else{told(fallback(code))}}
document.addEventListener("click",function(event){
var button=event.target.closest("button[data-copy]");if(button){copy(button)}});
var search=document.getElementById("search");if(!search){return}
var section=document.getElementById("section"),count=document.getElementById("count");
var none=document.getElementById("none"),verdict="";
var rows=Array.prototype.slice.call(document.querySelectorAll("[data-search]"));
var groups=Array.prototype.slice.call(document.querySelectorAll("[data-group]")).reverse();
function apply(){
var words=search.value.toLowerCase().split(/\\s+/).filter(Boolean),shown=0;
rows.forEach(function(row){
var text=row.dataset.search;
var hit=words.every(function(word){return text.indexOf(word)>=0})
&&(!verdict||row.dataset.verdict.split(" ").indexOf(verdict)>=0)
&&(!section.value||row.dataset.section===section.value);
row.hidden=!hit;if(hit){shown+=1}});
groups.forEach(function(group){
group.hidden=!group.querySelector("[data-search]:not([hidden])")});
count.textContent=shown===rows.length?"":shown+" of "+rows.length;none.hidden=shown>0}
search.addEventListener("input",apply);section.addEventListener("change",apply);
document.querySelectorAll("button[data-filter]").forEach(function(button){
button.addEventListener("click",function(){
verdict=button.dataset.filter;
document.querySelectorAll("button[data-filter]").forEach(function(other){
other.setAttribute("aria-pressed",String(other===button))});apply()})});
document.addEventListener("keydown",function(event){
if(event.key==="/"&&document.activeElement!==search){event.preventDefault();search.focus()}});
apply()})();
"""


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{_hash(STYLE)}'; "
    f"script-src 'sha256-{_hash(SCRIPT)}'; "
    "base-uri 'none'; form-action 'none'"
)
"""Only this style and this script may run; nothing is loaded, nothing is sent."""
