# Names, numbers and sentences.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')
fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not defined" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
fmt_p <- function(p) if (is.na(p)) "p not defined" else if (p < 0.001) "p < 0.001" else sprintf("p = %.3f", p)
percent <- function(x) paste(fmt(100 * x, 3), "%")
symbol_of <- c(pearson = "r", spearman = "rho", kendall = "tau")
title_of <- c(pearson = "Pearson's correlation", spearman = "Spearman's rank correlation", kendall = "Kendall's rank correlation")

method_of <- function(options) list(text = paste0(title_of[[options$method]], if (length(options$partial_for) > 0)
    paste0(", with ", paste(vapply(options$partial_for, quoted, ""), collapse = ", "), " held fixed"), ". ", switch(options$method,
    pearson = "The interval is Fisher's, by the z transformation; the p-value comes from the t distribution. ",
    spearman = "The interval takes Bonett and Wright's variance of Fisher's z. ",
    kendall = "It is tau-b, which allows for ties; the interval takes the variance of Fisher's z of Fieller, Hartley and Pearson. "),
    if (options$method != "pearson") switch(options$exact,
      auto = "The p-value is exact where there are no ties and few rows, else from an approximation. ",
      yes = "The p-value is exact where there are no ties. ", no = "The p-value comes from an approximation. "),
    if (options$adjust != "none") paste0("p-values of all pairs together are adjusted (", options$adjust, "). "),
    if (options$use == "pairwise") "Each pair uses the rows in which both of its values are there." else
      "Only rows in which all columns are there are used."),
  reference = "stats::cor.test", options = c(options[setdiff(names(options), "partial_for")],
    list(partial_for = I(options$partial_for))))

size_word <- function(r) {
  r <- abs(r)
  if (r < 0.1) "very small" else if (r < 0.3) "small" else if (r < 0.5) "medium" else "large"
}

summarise <- function(pairs, options, assumptions) {
  level <- options$conf_level
  clear <- Filter(function(p) !is.na(p$p_adjusted) && p$p_adjusted < 1 - level, pairs)
  strongest <- clear[order(-abs(vapply(clear, `[[`, 0, "estimate")))]
  say <- function(p) paste0(quoted(p$x), " and ", quoted(p$y), if (p$estimate > 0) " rise together (" else
    " move against each other (", symbol_of[[options$method]], " = ", fmt(p$estimate, 3), if (is.finite(p$ci_low))
    paste0(", ", percent(level), " interval ", fmt(p$ci_low, 3), " to ", fmt(p$ci_high, 3)), ", ",
    if (length(pairs) > 1 && options$adjust != "none") "adjusted ", fmt_p(p$p_adjusted), "; ", p$n, " rows); the correlation is ",
    size_word(p$estimate), " by Cohen's rule of thumb.")
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(vapply(head(strongest, 3), say, ""),
    if (length(clear) > 3) paste0(length(clear) - 3, " more pairs are clearly correlated; see the table."),
    if (length(clear) < length(pairs)) if (length(pairs) == 1) paste0("There is no clear evidence that ", quoted(pairs[[1]]$x),
      " and ", quoted(pairs[[1]]$y), " are correlated (", symbol_of[[options$method]], " = ", fmt(pairs[[1]]$estimate, 3), ", ",
      fmt_p(pairs[[1]]$p_adjusted), ").") else paste0(length(pairs) - length(clear), " of ", length(pairs),
      " pairs show no clear correlation."),
    "A correlation does not say which of the two acts on the other, or whether something else acts on both.",
    if (length(open) > 0) paste0("Look at these assumptions: ", paste(vapply(open, function(a)
      paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""), collapse = "; "), "."))
}

reader_code <- function(names, options) {
  string <- function(text) encodeString(text, quote = '"')
  partial <- length(options$partial_for) > 0
  columns <- function(these) paste0("c(", paste(vapply(these, string, ""), collapse = ", "), ")")
  exact <- if (options$method == "pearson" || options$exact == "auto") "" else paste0(", exact = ", options$exact == "yes")
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)', paste0("columns <- ", columns(names)),
    if (partial) paste0("controls <- ", columns(options$partial_for)),
    if (options$use == "complete" || partial) paste0("d <- na.omit(d[c(columns", if (partial) ", controls", ")])"),
    "pairs <- combn(columns, 2)", if (partial) sprintf(
      "tests <- apply(pairs, 2, function(p) ppcor::pcor.test(d[[p[1]]], d[[p[2]]], d[controls], method = \"%s\"), simplify = FALSE)",
      options$method) else sprintf(
      "tests <- apply(pairs, 2, function(p) cor.test(d[[p[1]]], d[[p[2]]], method = \"%s\", conf.level = %s%s), simplify = FALSE)",
      options$method, format(options$conf_level), exact),
    sprintf("p.adjust(sapply(tests, `[[`, \"p.value\"), \"%s\")", c(holm = "holm", bonferroni = "bonferroni", fdr = "BH",
      none = "none")[[options$adjust]])), collapse = "\n")
}
