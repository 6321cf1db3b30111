// Only browsers that know no modules run this file, so it is written in their language: they are told that
// they are too old, in words that stand in the page.
(function () {
  var notice = document.getElementById("old-browser");
  if (notice) {
    notice.removeAttribute("hidden");
  }
})();
