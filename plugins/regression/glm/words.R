# Sentences, numbers in words, and code for the reader.

brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')
fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not defined" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
fmt_p <- function(p) if (is.na(p)) "p not defined" else if (p < 0.001) "p < 0.001" else sprintf("p = %.3f", p)
percent <- function(x) paste(fmt(100 * x, 3), "%")
listed <- function(names, most = 8) paste0(paste(vapply(head(names, most), quoted, ""), collapse = ", "),
  if (length(names) > most) sprintf(" and %d more", length(names) - most))

verdict_of <- function(p) if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"
judged <- function(id, title, verdict, message, ...) c(list(id = id, title = title, verdict = verdict,
  message = message), list(...))

family_title <- c(binomial = "Binomial", poisson = "Poisson", gamma = "Gamma",
  negative_binomial = "Negative binomial", quasi = "Quasi-Poisson")
ratio_name <- function(fit) if (fit$link == "logit") "odds ratio" else if (fit$name == "binomial") "risk ratio" else
  if (fit$name == "gamma") "ratio of means" else "rate ratio"

judge <- function(fit, input, inference, d) {
  worst <- if (any(!is.na(inference$vif))) max(inference$vif, na.rm = TRUE) else NA
  cooks <- if (is.null(d$influential)) NA else d$influential$largest
  absent <- if (!is.null(fit$separation)) "Not checked: some coefficients have no finite estimate." else
    "Not checked: too little is left over for the test."
  link_title <- "The linear predictor and the link have the right form"
  list(
    judged("finite-estimates", "Every coefficient has a finite estimate", if (is.null(fit$separation)) "met" else "violated",
      if (is.null(fit$separation)) "No combination of the predictors separates the responses." else
        paste0("A combination of the predictors separates the responses: ", listed(fit$separation$terms),
          " run off without limit.")),
    if (is.null(d$link_test)) judged("link", link_title, "not_checked", absent) else
      judged("link", link_title, verdict_of(d$link_test$p_value), paste0(if (d$link_test$p_value >= 0.05)
        "The squared linear predictor explains nothing more (" else
        "The squared linear predictor explains more: curves, interactions or another link may be needed (",
        fmt_p(d$link_test$p_value), ")."), statistic = d$link_test$statistic, p_value = d$link_test$p_value,
        test = "Link test (Pregibon)"),
    judge_dispersion(fit, d),
    judge_size(fit, d),
    if (is.na(worst)) judged("no-collinearity", "The predictors are not nearly dependent", "not_checked", absent) else
      judged("no-collinearity", "The predictors are not nearly dependent",
        if (worst < 5) "met" else if (worst < 10) "doubtful" else "violated",
        paste0("The largest variance inflation factor is ", fmt(worst, 3),
          if (worst < 5) "." else ": single coefficients are uncertain and hard to interpret; predictions are not touched."),
        statistic = worst, test = "Largest variance inflation factor"),
    if (is.na(cooks)) judged("no-dominant-row", "No single row decides the result", "not_checked", absent) else
      judged("no-dominant-row", "No single row decides the result",
        if (cooks <= 0.5) "met" else if (cooks <= 1) "doubtful" else "violated",
        paste0("The largest Cook's distance is ", fmt(cooks, 3), if (cooks <= 0.5) "." else paste0(" (row ",
          d$influential$rows[[1]]$row, "): look at this row, and at the result without it.")),
        statistic = cooks, test = "Largest Cook's distance"),
    judged("independence", "Rows are independent of each other", "not_checked",
      "This cannot be seen in the data: it holds if no unit is measured twice and no row depends on another."))
}

judge_dispersion <- function(fit, d) {
  title <- "The spread is that of the family"
  if (fit$estimated) return(judged("dispersion", title, "met",
    paste0("The dispersion is estimated (", fmt(fit$dispersion, 3), ") and taken into the standard errors."),
    statistic = fit$dispersion))
  if (is.null(d$dispersion)) return(judged("dispersion", title, "not_checked", if (fit$name == "binomial")
    "Not checked: with a single yes or no in each row, or a separated response, the spread tells nothing." else
    "Not checked: too little is left over for the test."))
  x <- d$dispersion
  judged("dispersion", title, verdict_of(x$p_value), paste0("Pearson's chi-squared is ", fmt(x$statistic, 3),
    " times its degrees of freedom (", fmt_p(x$p_value), ")", if (x$p_value >= 0.05) "." else if (fit$name == "poisson")
    ": the standard errors are too small; use the family quasi or negative_binomial." else
    ": the standard errors are too small."), statistic = x$statistic, p_value = x$p_value,
    test = "Pearson's chi-squared over its degrees of freedom")
}

judge_size <- function(fit, d) {
  title <- "There are enough rows for approximate intervals"
  e <- d$events_per_term
  if (is.null(e)) return(judged("sample-size", title, "not_checked", "Not checked: the model has an intercept only."))
  what <- if (fit$name == "binomial") "cases of the rarer answer" else "rows"
  judged("sample-size", title, if (e >= 10) "met" else if (e >= 5) "doubtful" else "violated",
    paste0("There are ", fmt(e, 3), " ", what, " for each term", if (e >= 10) "." else
      ": estimates lean away from zero, and Wald intervals are rough; profile intervals are better."),
    statistic = e, test = paste0("Number of ", what, " over the number of terms"))
}

summarise <- function(fit, input, inference, d, options, assumptions) {
  y <- quoted(input$response)
  what <- if (fit$name != "binomial") paste("The mean of", y) else if (is.null(input$event)) paste("The share", y) else
    paste0("The probability that ", y, " is ", quoted(input$event))
  t <- inference$test
  lines <- paste0(what, " was modelled with the link ", fit$link, " on ", format(length(input$y), big.mark = ","), " rows. ",
    if (is.null(t)) "No predictor gives a term." else paste0("The predictors together ",
      if (t$p_value < 1 - options$conf_level) "explain the response better than chance (" else
        "do not clearly explain the response (", if (fit$estimated) sprintf("F(%d, %d) = ", t$df, t$df2) else
        sprintf("likelihood ratio chi-squared(%d) = ", t$df), fmt(t$statistic), ", ", fmt_p(t$p_value), ")."))
  slope <- which(inference$slope & !is.na(inference$p))
  clear <- slope[inference$p[slope] < 1 - options$conf_level]
  for (j in head(clear[order(inference$p[clear])], 3)) lines <- c(lines, effect_line(j, fit, inference, options))
  unclear <- setdiff(slope, clear)
  if (length(unclear) > 0) lines <- c(lines, paste0("No clear effect: ", listed(fit$labels[unclear]), "."))
  if (!is.null(fit$separation)) lines <- c(lines, paste0("No finite estimate: ", listed(fit$separation$terms),
    "; the responses are separated by a combination of the predictors."))
  if (!is.null(d$auc)) lines <- c(lines, paste0("The model tells the two answers apart with an area under the ROC curve of ",
    fmt(d$auc$estimate, 3), if (!is.na(d$auc$ci_low)) paste0(" (", percent(options$conf_level), " interval ",
      fmt(d$auc$ci_low, 3), " to ", fmt(d$auc$ci_high, 3), ")"), ", in the rows it was fitted to: for new rows it is lower."))
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(lines, if (length(open) > 0) paste0("Look at these assumptions: ",
    paste(vapply(open, function(a) paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""),
    collapse = "; "), "."))
}

effect_line <- function(j, fit, inference, options) {
  level <- paste0(percent(options$conf_level), " ", if (options$interval == "profile") "profile" else "Wald", " interval ")
  subject <- paste0(if (fit$level[j]) "For " else "For one unit more of ", quoted(fit$labels[j]))
  if (!inference$ratio) return(paste0(subject, " the ", fit$link, " of the mean is ", fmt(abs(inference$estimate[j])),
    if (inference$estimate[j] < 0) " lower" else " higher", " (", level, fmt(inference$low[j]), " to ",
    fmt(inference$high[j]), ", ", fmt_p(inference$p[j]), ")."))
  paste0(subject, " the ", ratio_name(fit), " is ", fmt(inference$exp[j]), ", the other terms held fixed (", level,
    fmt(inference$exp_low[j]), " to ", fmt(inference$exp_high[j]), ", ", fmt_p(inference$p[j]), ").")
}
