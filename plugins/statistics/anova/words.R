# Numbers and names in words.

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
and_list <- function(words) if (length(words) < 2) words else
  paste(paste(head(words, -1), collapse = ", "), "and", tail(words, 1))

type_words <- c(I = "Type I: each term after those before it (covariates, factors in the order given, interactions)",
  II = "Type II: each term after all others that do not contain it",
  III = "Type III: each term after all others, factors in sum coding")

method_of <- function(input, options) list(
  text = if (options$method == "welch") paste0("One-way analysis of variance by Welch's method, which does not take the ",
    "variances as equal; its denominator has fractional degrees of freedom. Eta and omega squared come from the classical ",
    "sums of squares.", posthoc_words(options)) else paste0("Analysis of variance of a linear model by least squares. ",
    type_words[[options$type]], ". Partial eta squared is SS / (SS + residual SS); its interval inverts the noncentral F ",
    "distribution. Adjusted means weigh the levels of the other factors equally and take covariates at their mean.",
    posthoc_words(options)),
  reference = if (options$method == "welch") "stats::oneway.test" else
    c(I = "stats::anova", II = "car::Anova(type = 2)", III = "car::Anova(type = 3)")[[options$type]],
  options = options)

posthoc_words <- function(options) switch(options$posthoc, none = "",
  tukey = " Differences of means are compared by Tukey and Kramer's method, intervals and p-values for all pairs together.",
  games_howell = " Differences of means are compared by Games and Howell's method, which allows for different variances.")

name_of <- function(options, input) if (options$method == "welch") "One-way analysis of variance (Welch)" else
  paste0(if (length(input$covariates) > 0) "Analysis of covariance" else if (length(input$factors) == 1)
    "One-way analysis of variance" else "Analysis of variance", if (length(input$factors) > 1 ||
    length(input$covariates) > 0) paste0(", type ", options$type) else "")

sentence_of <- function(row, input, level) {
  y <- quoted(input$response)
  tested <- paste0("(F(", fmt(row$df), ", ", fmt(row$df_residual), ") = ", fmt(row$f), ", ", fmt_p(row$p_value),
    if (is.finite(row$partial_eta_sq)) paste0("; ", if (input$single) "eta" else "partial eta", " squared ",
      fmt(row$partial_eta_sq, 3), if (is.finite(row$eta_ci_low)) paste0(", ", percent(level), " interval ",
      fmt(row$eta_ci_low, 3), " to ", fmt(row$eta_ci_high, 3))), ")")
  clear <- is.finite(row$p_value) && row$p_value < 1 - level
  switch(row$kind,
    factor = paste0(if (clear) "The mean of " else "There is no clear evidence that the mean of ", y,
      " differs between the levels of ", quoted(row$term), " ", tested, "."),
    covariate = paste0(y, if (clear) " changes with " else " does not clearly change with ", quoted(row$term), " ", tested, "."),
    paste0(if (clear) "The effects of " else "There is no clear evidence that the effects of ",
      and_list(vapply(row$parts, quoted, "")), " depend on each other ", tested,
      if (clear) ": compare the means cell by cell." else "."))
}

summarise <- function(input, rows, pairs, options, assumptions) {
  level <- options$conf_level
  lines <- vapply(rows, sentence_of, "", input = input, level = level)
  clear <- Filter(function(pair) pair$p_adjusted < 1 - level, pairs)
  clear <- clear[order(vapply(clear, `[[`, 0, "p_adjusted"), -abs(vapply(clear, `[[`, 0, "estimate")))]
  for (pair in head(clear, 3)) lines <- c(lines, paste0(quoted(pair$first), " has on average ", fmt(abs(pair$estimate)),
    if (pair$estimate > 0) " more than " else " less than ", quoted(pair$second), " (", percent(level), " interval ",
    fmt(pair$ci_low), " to ", fmt(pair$ci_high), ", adjusted ", fmt_p(pair$p_adjusted), ")."))
  if (length(clear) > 3) lines <- c(lines, paste0(length(clear) - 3, " more pairs differ; see the table of differences."))
  if (length(pairs) > 0 && length(clear) == 0) lines <- c(lines, "No two levels differ clearly.")
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(lines, if (length(open) > 0) paste0("Look at these assumptions: ", paste(vapply(open, function(a)
    paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""), collapse = "; "), "."))
}
