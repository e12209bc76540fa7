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

verdict_of <- function(p) if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"

tested <- function(id, title, test, name, good, bad, absent) {
  if (is.null(test)) return(list(id = id, title = title, verdict = "not_checked", message = absent))
  verdict <- verdict_of(test$p_value)
  list(id = id, title = title, verdict = verdict, statistic = test$statistic, p_value = test$p_value, test = name,
    message = paste0(if (verdict == "met") good else bad, " (", fmt_p(test$p_value), ")."))
}

# Terms of one predictor that has neither powers nor interactions: their coefficient can be read by itself.
is_simple <- function(fit, input) {
  involved <- unlist(lapply(fit$terms, function(t) if (length(t$parts) > 1) vapply(t$parts, `[`, 0, 1)))
  vapply(fit$terms, function(t) length(t$parts) == 1 && is.na(input$degrees[t$parts[[1]][1]]) && !t$parts[[1]][1] %in% involved, NA)
}

judge <- function(fit, input, inference, d, robust) {
  absent <- if (d$perfect) "Not checked: the fit is essentially perfect, there are no residuals to look at." else
    "Not checked: too few rows are left for the test."
  n <- inference$n
  vif <- inference$vif[is_simple(fit, input)] # powers and interactions inflate it by construction
  worst <- if (any(!is.na(vif))) max(vif, na.rm = TRUE) else NA
  cooks <- if (is.null(d$influential)) NA else d$influential$largest
  dw <- d$durbin_watson
  list(
    tested("linearity", "The mean is linear in the terms", d$reset, "Ramsey RESET, powers 2 and 3",
      "Powers of the fitted values explain nothing more",
        "Powers of the fitted values explain more: the form of the model is too simple", absent),
    tested("equal-variance", "The spread of the residuals is the same everywhere", d$breusch_pagan,
      "Breusch-Pagan (studentised)",
      "No sign that the spread changes with the predictors", paste0("The spread changes with the predictors",
        if (robust == "HC3") "; the HC3 standard errors allow for it" else "; consider robust_se = HC3"), absent),
    tested("normal-residuals", "The residuals are normally distributed", d$shapiro_wilk, "Shapiro-Wilk",
      "The residuals are compatible with a normal distribution", paste0("The residuals are not normal", if (n >= 50)
        "; with this many rows tests and intervals are hardly touched" else "; with so few rows p-values and intervals are rough"),
      if (d$perfect || inference$df < 3) absent else "Not checked: the test is for 3 to 5,000 rows; see the normal plot."),
    if (is.null(dw)) list(id = "independence", title = "The residuals are independent",
      verdict = "not_checked", message = absent) else
      list(id = "independence", title = "The residuals are independent",
        verdict = if (dw$p_value < 0.01) "doubtful" else "not_checked", statistic = dw$statistic, p_value = dw$p_value,
        test = "Durbin-Watson, two-sided, normal approximation", message = paste0(
          if (dw$p_value < 0.01) "Neighbouring rows have related residuals" else "Neighbouring rows show no related residuals",
          " (", fmt_p(dw$p_value),
            "). This counts only if the rows are in the order of time or place; otherwise independence follows from how the data were collected.")),
    if (is.na(worst)) list(id = "no-collinearity", title = "The predictors are not nearly dependent",
      verdict = "not_checked",
      message = "Not checked: it needs an intercept and predictors without powers and interactions.") else
      list(id = "no-collinearity", title = "The predictors are not nearly dependent", statistic = worst,
        test = "Largest variance inflation factor",
        verdict = if (worst < 5) "met" else if (worst < 10) "doubtful" else "violated",
        message = paste0("The largest variance inflation factor is ", fmt(worst, 3),
          if (worst < 5) "." else ": single coefficients are uncertain and hard to interpret; predictions are not touched.")),
    if (is.na(cooks)) list(id = "no-dominant-row", title = "No single row decides the result",
      verdict = "not_checked", message = absent) else
      list(id = "no-dominant-row", title = "No single row decides the result", statistic = cooks,
        test = "Largest Cook's distance",
        verdict = if (cooks <= 0.5) "met" else if (cooks <= 1) "doubtful" else "violated",
        message = paste0("The largest Cook's distance is ", fmt(cooks, 3),
          if (cooks <= 0.5) "." else paste0(" (row ", d$influential$rows[[1]]$row,
            "): look at this row, and at the result without it."))))
}

summarise <- function(fit, input, inference, conf_level, assumptions) {
  y <- quoted(input$response)
  slope <- which(inference$slope)
  lines <- paste0("The model explains ", percent(inference$r_squared), " of the variation of ", y,
    " (adjusted ", percent(inference$adj_r_squared),
    if (!is.na(inference$f)) sprintf("; F(%d, %d) = %s, %s", inference$df1, inference$df, fmt(inference$f),
      fmt_p(inference$f_p)), "; ", inference$n, " rows).")
  simple <- which(is_simple(fit, input))
  clear <- simple[which(inference$p[simple] < 1 - conf_level)]
  for (j in head(clear[order(inference$p[clear])], 3)) {
    part <- fit$terms[[j]]$parts[[1]]
    column <- input$columns[[part[1]]]
    b <- inference$estimate[j]
    subject <- if (part[3] > 0) paste0("Rows with ", quoted(column$name), " = ",
      quoted(column$levels[part[3]]), " have on average ") else
      paste0("One unit more of ", quoted(column$name), " goes with ")
    lines <- c(lines, paste0(subject, fmt(abs(b)), if (b < 0) " less " else " more ", y,
      if (part[3] > 0 && input$intercept)
      paste0(" than those with ", quoted(column$levels[1])),
        if (length(slope) > 1) ", the other terms held fixed", " (", percent(conf_level),
      " interval ", fmt(inference$low[j]), " to ", fmt(inference$high[j]), ", ", fmt_p(inference$p[j]), ")."))
  }
  unclear <- simple[which(inference$p[simple] >= 1 - conf_level)]
  if (length(unclear) > 0) lines <- c(lines, paste0("No clear effect: ",
    paste(vapply(head(fit$labels[unclear], 8), quoted, ""), collapse = ", "),
    if (length(unclear) > 8) " and others", "; their intervals include zero."))
  lines <- c(lines, paste0("The residual standard deviation is ", fmt(inference$sigma), ", on ", inference$df,
    if (inference$df == 1) " degree of freedom." else " degrees of freedom."))
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(lines, if (length(open) > 0) paste0("Look at these assumptions: ",
    paste(vapply(open, function(a) paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""),
    collapse = "; "), "."))
}

reader_code <- function(input, params, robust, conf_level) {
  names <- vapply(input$columns, `[[`, "", "name")
  v <- paste0("v", seq_along(names))
  terms <- unlist(lapply(seq_along(v), function(i) c(v[i],
    if (!is.na(input$degrees[i])) sprintf("I(%s^%d)", v[i], seq_len(input$degrees[i])[-1]))))
  terms <- c(terms, vapply(input$interactions, function(p) paste(v[match(p, names)], collapse = ":"), ""))
  string <- function(text) encodeString(text, quote = '"')
  level <- function(i) !is.null(input$columns[[i]]$levels)
  columns <- vapply(seq_along(v), function(i) sprintf("  %s = %s", v[i],
    if (level(i)) paste0("factor(d[[", string(names[i]), "]])") else paste0("d[[", string(names[i]), "]]")), "")
  weights <- text_of(params$weights)
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)', "model_data <- data.frame(",
    paste(c(paste0("  y = d[[", string(input$response), "]]"), columns,
      if (length(weights) > 0) paste0("  w = d[[", string(weights), "]]")), collapse = ",\n"), ")",
    sprintf("fit <- lm(y ~ %s%s, data = model_data%s, tol = 1e-11)", if (input$intercept) "" else "0 + ",
      paste(terms, collapse = " + "),
      if (length(weights) > 0) ", weights = w" else ""),
    "summary(fit)", sprintf("confint(fit, level = %s)", format(conf_level)),
    if (robust == "HC3") "lmtest::coeftest(fit, vcov. = sandwich::vcovHC(fit, type = \"HC3\"))",
      "AIC(fit); BIC(fit)"), collapse = "\n")
}

most_code <- 19000 # a report holds no longer code; very long or very many names of columns make it so
