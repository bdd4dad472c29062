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
var words=search.value.toLowerCase().split(/\s+/).filter(Boolean),shown=0;
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
