# Linear regression by least squares: design, fit, diagnostics, words. See the files beside this one.

most_terms <- 500

run <- function(data, params, context) {
  conf_level <- if (is.null(params$conf_level)) 0.95 else as.numeric(params$conf_level)
  robust <- if (is.null(params$robust_se)) "none" else text_of(params$robust_se)
  context$progress(0.05, "reading the columns", "read")
  input <- read_columns(data, params, context)
  terms <- build_terms(input)
  refuse_unfit(input, terms, context)
  context$progress(0.2, sprintf("fitting %d terms to %d rows", length(terms), length(input$y)), "fit")
  fit <- fit_design(input, terms)
  if (length(input$y) <= fit$rank) refuse_rows(length(input$y), fit$rank, context)
  inference <- infer(input, fit, robust, conf_level)
  context$progress(0.6, "checking the assumptions", "diagnose")
  d <- diagnose(fit, input, inference)
  warn_of(fit, input, inference, d, robust, context)
  assumptions <- judge(fit, input, inference, d, robust)
  context$progress(0.85, "drawing", "figures")
  code <- reader_code(input, params, robust, conf_level)
  figures <- if (d$perfect) list() else list(residual_figure(fit, input, d$influence), normal_figure(d$influence))
  list(values = values_of(fit, input, inference, d, robust, conf_level),
    summary = I(summarise(fit, input, inference, conf_level, assumptions)),
    method = method_of(input, robust, conf_level), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(fit, inference, d, conf_level),
    figures = Filter(Negate(is.null), c(list(coefficient_figure(fit, inference, conf_level, input$response)), figures)),
    code = if (nchar(code) <= most_code) code)
}

refuse_rows <- function(n, terms, context)
  context$refuse("TOO_FEW_ROWS", sprintf("%d complete %s for a model with %d terms.", n,
    if (n == 1) "row is too few" else "rows are too few", terms),
    hint = sprintf("At least %d complete rows are needed; use fewer terms or more data.", terms + 1))

refuse_unfit <- function(input, terms, context) {
  n <- length(input$y)
  if (length(terms) > most_terms)
    context$refuse("TOO_MANY_TERMS", sprintf("The model would have %d terms; at most %d are allowed.",
      length(terms), most_terms),
      where = list(param = "predictors"), hint = "Leave out categorical predictors with very many levels.")
  if (n <= length(terms)) refuse_rows(n, length(terms), context)
  spread <- max(input$y) - min(input$y)
  if (if (input$intercept) spread == 0 else all(input$y == 0))
    refuse_column(context, "CONSTANT_RESPONSE", paste0("Column ", quoted(input$response),
      " has the same value, ", fmt(input$y[1]),
      ", in all rows used."), input$response, "response",
        hint = "There is no variation to explain; choose another response.")
}

warn_of <- function(fit, input, inference, d, robust, context) {
  single <- Filter(function(column) length(column$levels) == 1, input$columns)
  if (length(single) > 0) context$warn("RANK_DEFICIENT", paste0("With one level only, these columns give no term: ",
    paste(vapply(head(single, 10), function(column) quoted(column$name), ""), collapse = ", "), "."), "caution")
  if (length(fit$aliased) > 0)
    context$warn("RANK_DEFICIENT", paste0("Left out, as it follows exactly from the other terms: ",
      paste(vapply(head(fit$aliased, 10), quoted, ""), collapse = ", "),
      if (length(fit$aliased) > 10) sprintf(" and %d more", length(fit$aliased) - 10),
        ". Fitted values are not touched."), "caution")
  if (d$perfect)
    context$warn("PERFECT_FIT",
      "The fit is essentially perfect: standard errors, tests and intervals are rounding noise.", "result_doubtful")
  if (robust == "HC3" && any(fit$leverage > 1 - 1e-10))
    context$warn("HC3_UNDEFINED",
      sprintf("%d row(s) have leverage 1: the HC3 standard errors leave them out and are too small.",
      sum(fit$leverage > 1 - 1e-10)), "result_doubtful")
  if (!is.na(d$condition) && d$condition > 1e6)
    context$warn("ILL_CONDITIONED", paste0("The terms are nearly dependent (condition number ", fmt(d$condition, 3),
      "): small changes of the data change the coefficients a lot."), "note")
  if (length(input$dropped) > 0 && sum(vapply(input$dropped, `[[`, 0L, "rows")) > length(input$y))
    context$warn("MANY_ROWS_DROPPED",
      "More rows were left out than used; the result may not stand for the whole data set.", "caution")
}

# Cohen's f^2 with the interval that inverts the noncentral F distribution.
effect_size <- function(inference, conf_level) {
  f2 <- inference$r_squared / (1 - inference$r_squared)
  limit <- function(p) {
    if (is.na(inference$f) || inference$f * inference$df1 > 5000) return(NA)
    at <- function(ncp) pf(inference$f, inference$df1, inference$df, ncp) - p
    if (at(0) < 0) return(0)
    uniroot(at, c(0, 4 * inference$f * inference$df1 + 100), tol = 1e-10)$root / inference$n
  }
  list(cohens_f2 = f2, ci_low = limit((1 + conf_level) / 2), ci_high = limit((1 - conf_level) / 2))
}

values_of <- function(fit, input, inference, d, robust, conf_level) list(
  coefficients = lapply(seq_along(fit$labels), function(j) list(term = fit$labels[j], estimate = inference$estimate[j],
    std_error = inference$se[j], statistic = inference$t[j], p_value = inference$p[j],
      ci_low = inference$low[j], ci_high = inference$high[j],
    vif = inference$vif[j], standardized = inference$standardised[j],
      partial_r_squared = inference$partial_r_squared[j])),
  aliased = as.list(fit$aliased), n = inference$n, df_residual = inference$df, r_squared = inference$r_squared,
  adj_r_squared = inference$adj_r_squared, residual_sd = inference$sigma,
  f_statistic = inference$f, f_df = inference$df1, f_p_value = inference$f_p, robust_wald = inference$wald,
  loglik = inference$loglik, aic = 2 * (fit$rank + 1) - 2 * inference$loglik,
    bic = log(inference$n) * (fit$rank + 1) - 2 * inference$loglik,
  effect_size = effect_size(inference, conf_level),
  diagnostics = list(breusch_pagan = d$breusch_pagan, durbin_watson = d$durbin_watson, reset = d$reset,
    shapiro_wilk = d$shapiro_wilk,
    condition_number = d$condition, influential_count = if (is.null(d$influential)) 0L else d$influential$count,
    influential = if (is.null(d$influential)) list() else d$influential$rows),
  robust_se = robust, conf_level = conf_level)

method_of <- function(input, robust, conf_level) list(
  text = paste0("Linear regression by ", if (input$weighted) "weighted " else "ordinary ",
    "least squares, solved by Householder QR after centring and scaling the columns, with one step of refinement. ",
    "Categorical predictors use treatment coding; the first level in sorted order is the reference. Rows with a missing value are left out. ",
    if (robust == "HC3") "Standard errors, tests and intervals of the coefficients are robust against unequal variance (HC3); F is the classical one. " else "",
    "A term counts as a linear combination of others where less than 1e-11 of its length is outside their span."),
  reference = "stats::lm", options = list(weights = input$weighted, intercept = input$intercept,
    robust_se = robust, conf_level = conf_level, tolerance = tolerance))

tables_of <- function(fit, inference, d, conf_level) {
  p <- percent(conf_level)
  coefficients <- data.frame(term = vapply(fit$labels, brief, "", most = 300), estimate = inference$estimate,
    std_error = inference$se, statistic = inference$t,
    p_value = inference$p, ci_low = inference$low, ci_high = inference$high,
      standardized = inference$standardised, vif = inference$vif)
  quality <- data.frame(measure = c("Rows used", "Residual degrees of freedom", "R squared",
    "Adjusted R squared", "Residual standard deviation",
      "F statistic", "AIC", "BIC", "Log-likelihood", "Condition number"),
    value = c(inference$n, inference$df, inference$r_squared, inference$adj_r_squared, inference$sigma, inference$f,
      2 * (fit$rank + 1) - 2 * inference$loglik, log(inference$n) * (fit$rank + 1) - 2 * inference$loglik,
        inference$loglik, d$condition))
  influential <- do.call(rbind, lapply(d$influential$rows, as.data.frame))
  c(list(
    list(name = "coefficients", title = "Coefficients", data = coefficients,
      titles = c(term = "Term", estimate = "Estimate", std_error = "Standard error", statistic = "t",
        p_value = "p", ci_low = paste(p, "low"),
        ci_high = paste(p, "high"), standardized = "Standardised", vif = "VIF"),
      types = c(term = "text", p_value = "p_value")),
    list(name = "fit", title = "Quality of the fit", data = quality,
      titles = c(measure = "Measure", value = "Value"), types = c(measure = "text"))),
    if (!is.null(influential)) list(list(name = "influential-rows",
      title = "Rows with a large influence (Cook's distance above 4 / n)", data = influential,
      titles = c(row = "Row", cooks_distance = "Cook's distance", leverage = "Leverage",
        studentized_residual = "Studentised residual"), types = c(row = "integer"))))
}
