# Sentences, the method, assumptions, and code for the reader.

fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not defined" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
fmt_p <- function(p) if (is.na(p)) "p not defined" else if (p < 0.001) "p < 0.001" else sprintf("p = %.3f", p)
percent <- function(x) paste(fmt(100 * x, 3), "%")

names_of_tests <- c(chi_square = "Pearson's chi-squared test of independence", fisher = "Fisher's exact test",
  mcnemar = "McNemar's test of matched pairs", cmh = "Cochran-Mantel-Haenszel test")

method_of <- function(options, input) list(text = paste0(names_of_tests[[options$test]], ". ", switch(options$test,
    chi_square = paste0(if (options$correction) "Yates' correction is applied to tables of two by two. ",
      if (options$simulate) "The p-value comes from 9,999 tables drawn with the same margins. "),
    fisher = paste0("The odds ratio of a table of two by two is the conditional maximum likelihood estimate, with exact limits. ",
      if (options$simulate) "The p-value of a larger table comes from 9,999 tables drawn with the same margins. "),
    mcnemar = "Only pairs that differ count; for two levels the exact binomial p-value is given beside, for more it is Bowker's test of symmetry. ",
    cmh = "The strata are held fixed; the common odds ratio is Mantel and Haenszel's, with the limits of Robins, Breslow and Greenland. "),
    "The interval of Cramer's V inverts the noncentral chi-squared distribution. Rows with a missing value are left out."),
  reference = paste0("stats::", c(chi_square = "chisq.test", fisher = "fisher.test", mcnemar = "mcnemar.test",
    cmh = "mantelhaen.test")[[options$test]]), options = options)

verdict_of <- function(p) if (is.na(p)) "not_checked" else if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"

judge_expected <- function(expected, simulate) {
  few <- mean(expected < 5)
  least <- min(expected)
  verdict <- if (least >= 1 && few <= 0.2) "met" else if (simulate) "not_checked" else if (least >= 1) "doubtful" else "violated"
  list(id = "expected-counts", title = "Expected counts are large enough", verdict = verdict, statistic = least,
    test = "Cochran's rule: none below 1, at most 20 % below 5", message = paste0("The smallest expected count is ",
    fmt(least, 3), ", and ", percent(few), " of them are below 5", if (verdict == "met") "." else if (simulate)
    "; the simulated p-value does not need them larger." else
    ": the chi-squared distribution fits badly. Use test = fisher, or simulate."))
}

judge <- function(input, found, options) Filter(Negate(is.null), list(
  if (options$test == "chi_square") judge_expected(found$chi$expected, options$simulate),
  if (options$test == "mcnemar") list(id = "discordant-pairs", title = "Enough pairs differ", test = "Count of pairs that differ",
    verdict = if (found$mcnemar$discordant >= 25) "met" else "doubtful", statistic = found$mcnemar$discordant,
    message = paste0(fmt(found$mcnemar$discordant), " pairs differ", if (found$mcnemar$discordant >= 25) "." else
      "; with fewer than 25 the exact p-value is the one to read.")),
  if (options$test == "cmh") {
    h <- found$cmh$homogeneity
    base <- list(id = "same-odds-ratio", title = "The odds ratio is the same in all strata")
    if (is.null(h)) c(base, list(verdict = "not_checked", message = "Not checked: it is for tables of two by two in each stratum.")) else
      c(base, list(verdict = verdict_of(h$p_value), statistic = h$statistic, p_value = h$p_value, test = "Breslow-Day",
        message = paste0(if (h$p_value >= 0.05) "The strata do not differ clearly" else
          "The strata differ: one common odds ratio hides that; look at each stratum", " (", fmt_p(h$p_value), ").")))
  },
  list(id = "independence", title = if (options$test == "mcnemar") "Pairs are independent of each other" else
    "Each case is counted once", verdict = "not_checked", message = if (options$test == "mcnemar")
    "This cannot be seen in the data. Each pair must be another unit, judged twice." else paste0("This cannot be seen in the data. ",
    "Each case must be another unit and stand in one cell; the same units judged twice need test = mcnemar."))))

association <- function(input) paste0(quoted(input$row), " and ", quoted(input$column))

summarise <- function(input, found, options, assumptions) {
  level <- options$conf_level
  t <- found[[c(chi_square = "chi", fisher = "fisher", mcnemar = "mcnemar", cmh = "cmh")[[options$test]]]]
  test <- if (options$test == "chi_square") t$test else t
  clear <- is.finite(test$p_value) && test$p_value < 1 - level
  interval <- function(low, high) paste0(percent(level), " interval ", if (is.na(low) || is.na(high)) "not defined" else if (!is.finite(high)) paste(fmt(low, 3), "or more") else
    if (low == 0 && options$alternative == "less") paste(fmt(high, 3), "or less") else paste(fmt(low, 3), "to", fmt(high, 3)))
  tested <- if (options$test == "fisher") paste0(fmt_p(test$p_value), if (options$alternative != "two_sided") paste0(
    ", one-sided: ", options$alternative)) else paste0("chi-squared = ", fmt(test$statistic), ", df = ",
    fmt(test$df), ", ", fmt_p(test$p_value))
  first <- switch(options$test,
    mcnemar = paste0(if (clear) "The shares differ between " else "There is no clear evidence that the shares differ between ",
      association(input), " (", tested, "; ", fmt(input$n), " pairs)."),
    cmh = paste0(if (clear) "There is evidence that " else "There is no clear evidence that ", association(input),
      " are associated, ", quoted(input$strata), " held fixed (", tested, ")."),
    paste0(if (clear) "There is evidence that " else "There is no clear evidence that ", association(input),
      " are associated (", tested, "; ", fmt(input$n), " cases)."))
  v <- found$cramer
  strength <- if (options$test != "mcnemar") paste0("The association is ", size_word(v$cramers_v, min(length(input$rows),
    length(input$columns)) - 1), " by Cohen's rule of thumb: Cramer's V = ", fmt(v$cramers_v, 3), " (",
    interval(v$ci_low, v$ci_high), ")", if (options$test == "cmh") ", strata taken together", ".")
  odds <- switch(options$test, cmh = test$common_odds_ratio, fisher = test$odds_ratio, mcnemar = test$odds_ratio,
    if (!is.null(found$two)) found$two$odds_ratio else NA_real_)
  limits <- if (options$test == "chi_square") c(found$two$odds_ci_low, found$two$odds_ci_high) else c(test$ci_low, test$ci_high)
  against <- paste0("of ", quoted(input$columns[1]), " for ", quoted(input$rows[1]), " against ", quoted(input$rows[2]))
  two <- if (is.finite(odds) && all(!is.na(limits))) paste0("The ", if (options$test == "cmh") "common ", "odds ratio ",
    if (options$test == "mcnemar") paste0("of a change from ", quoted(input$rows[1]), " to ", quoted(input$columns[2]),
      " against the other way") else against, " is ", fmt(odds, 3), " (", interval(limits[1], limits[2]), ").")
  risk <- if (options$test != "cmh" && !is.null(found$two) && is.finite(found$two$risk_ratio)) paste0("The share of ", quoted(input$columns[1]),
    " is ", percent(found$share[1]), " for ", quoted(input$rows[1]), " and ", percent(found$share[2]), " for ", quoted(input$rows[2]),
    ": a ratio of ", fmt(found$two$risk_ratio, 3), " (", interval(found$two$risk_ratio_ci_low, found$two$risk_ratio_ci_high), ").")
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(first, risk, two, strength, if (length(open) > 0) paste0("Look at these assumptions: ", paste(vapply(open, function(a)
    paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""), collapse = "; "), "."))
}

reader_code <- function(params, options) {
  at <- function(param) paste0("d[[", encodeString(text_of(params[[param]]), quote = '"'), "]]")
  columns <- c(sprintf("row = %s", at("row")), sprintf("column = %s", at("column")),
    if (options$test == "cmh") sprintf("strata = %s", at("strata")))
  table <- if (is.null(params$count)) paste0("t <- table(", paste(columns, collapse = ", "), ")") else
    sprintf("t <- xtabs(count ~ %s, data.frame(count = %s, %s))", paste(sub(" =.*", "", columns), collapse = " + "),
      at("count"), paste(columns, collapse = ", "))
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)', table, switch(options$test,
    chi_square = sprintf("chisq.test(t, correct = %s%s)", options$correction,
      if (options$simulate) ", simulate.p.value = TRUE, B = 9999" else ""),
    fisher = sprintf("fisher.test(t, alternative = \"%s\", conf.level = %s%s)", sub("_", ".", options$alternative, fixed = TRUE),
      format(options$conf_level), if (options$simulate) ", simulate.p.value = TRUE, B = 9999" else ""),
    mcnemar = sprintf("mcnemar.test(t, correct = %s)", options$correction),
    cmh = sprintf("mantelhaen.test(t, correct = %s, conf.level = %s)", options$correction, format(options$conf_level))),
    "DescTools::CramerV(t)"), collapse = "\n")
}
