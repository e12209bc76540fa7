# Tables of counts: independence (chi-squared, exact), matched pairs (McNemar), strata (Cochran-Mantel-Haenszel).

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  options <- list(test = text_of(given("test", "chi_square")), correction = isTRUE(params$correction),
    alternative = text_of(given("alternative", "two_sided")), simulate = isTRUE(params$simulate),
    conf_level = as.numeric(given("conf_level", 0.95)))
  refuse_options(params, options, context)
  context$progress(0.1, "counting", "read")
  input <- read_table(data, params, options$test, context)
  flat <- if (options$test == "cmh") rowSums(input$counts, dims = 2) else input$counts
  two <- all(dim(flat) == 2)
  if (options$alternative != "two_sided" && !two) context$refuse("ONE_SIDED_NEEDS_2X2",
    "A one-sided test is for two rows and two columns.", class = "input", where = list(param = "alternative"),
    hint = "Use two_sided.")
  context$progress(0.4, "testing", "test")
  matched <- options$test == "mcnemar"
  chi <- if (matched) symmetry_of(flat) else chi_square_of(flat, options$correction, options$simulate && options$test == "chi_square")
  found <- list(chi = chi, cramer = if (!matched) cramer_of(flat, options$conf_level),
    fisher = if (options$test == "fisher") fisher_of(flat, options, context),
    mcnemar = if (matched) mcnemar_of(flat, options$correction, options$conf_level),
    cmh = if (options$test == "cmh") cmh_of(input$counts, options, context),
    strata = if (options$test == "cmh") strata_odds(input$counts, input$layers, options$conf_level) else list(),
    share = flat[, 1] / rowSums(flat), two = if (two && !matched) two_by_two(flat, options$conf_level))
  if (matched && found$mcnemar$discordant == 0) context$refuse("NO_INFORMATION", "No pair differs.",
    hint = "McNemar's test compares the pairs that changed; there are none.")
  assumptions <- judge(input, found, options)
  context$progress(0.8, "drawing", "figures")
  code <- reader_code(params, options)
  list(values = values_of(input, flat, found, options), summary = I(summarise(input, found, options, assumptions)),
    method = method_of(options, input), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(input, flat, found, options),
    figures = figures_of(input, flat, found, options),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

refuse_options <- function(params, options, context) {
  if (options$test == "cmh" && is.null(params$strata)) context$refuse("PARAMETER_MISSING",
    "`strata` is missing: it says which rows are compared with each other.", class = "input", where = list(param = "strata"))
  if (options$test != "cmh" && !is.null(params$strata)) context$refuse("STRATA_WITHOUT_CMH",
    "`strata` are held fixed by test = cmh alone.", class = "input", where = list(param = "strata"),
    hint = "Set test = cmh, or leave `strata` out.")
  if (options$alternative != "two_sided" && options$test != "fisher") context$refuse("ONE_SIDED_NEEDS_2X2",
    "Only Fisher's test of two rows and two columns is one-sided.", class = "input", where = list(param = "alternative"),
    hint = "Use test = fisher, or two_sided.")
}

cell_frame <- function(input, flat, found) data.frame(row = rep(input$rows, length(input$columns)),
  column = rep(input$columns, each = length(input$rows)), observed = as.vector(flat),
  expected = as.vector(found$chi$expected), residual = as.vector(found$chi$residuals),
  std_residual = as.vector(found$chi$std_residuals))

values_of <- function(input, flat, found, options) {
  cells <- cell_frame(input, flat, found)
  list(test = options$test, n = input$n, rows = I(input$rows), columns = I(input$columns), conf_level = options$conf_level,
    chi_square = found$chi$test, fisher = found$fisher, mcnemar = found$mcnemar, cmh = found$cmh,
    strata = found$strata, cramers_v = found$cramer$cramers_v,
    cramers_v_ci_low = found$cramer$ci_low, cramers_v_ci_high = found$cramer$ci_high,
    cramers_v_corrected = found$cramer$corrected, two_by_two = found$two,
    cells = lapply(seq_len(nrow(cells)), function(i) as.list(cells[i, ])))
}

test_frame <- function(found, options) {
  t <- switch(options$test, chi_square = found$chi$test, fisher = found$fisher, mcnemar = found$mcnemar, cmh = found$cmh)
  odds <- if (options$test == "cmh") t$common_odds_ratio else if (options$test == "chi_square") found$two$odds_ratio else t$odds_ratio
  limits <- if (options$test == "chi_square") c(found$two$odds_ci_low, found$two$odds_ci_high) else c(t$ci_low, t$ci_high)
  frame <- data.frame(row.names = 1L)
  if (options$test != "fisher") frame <- data.frame(statistic = t$statistic, df = t$df)
  frame$p_value <- t$p_value
  if (options$test == "mcnemar") frame$exact <- t$exact_p_value
  if (!is.null(odds) && !is.na(odds)) frame[c("odds_ratio", "ci_low", "ci_high")] <- list(odds, limits[1], limits[2])
  if (options$test != "mcnemar") frame$cramers_v <- found$cramer$cramers_v
  frame
}

tables_of <- function(input, flat, found, options) {
  p <- percent(options$conf_level)
  counts <- as.data.frame(flat)
  names(counts) <- paste0("c", seq_along(input$columns))
  counts <- cbind(data.frame(level = vapply(input$rows, brief, "", most = 200)), counts, total = rowSums(flat))
  cells <- cell_frame(input, flat, found)
  cells$row <- vapply(cells$row, brief, "", most = 150)
  cells$column <- vapply(cells$column, brief, "", most = 150)
  integers <- setNames(rep("integer", length(input$columns) + 1), c(names(counts)[-1]))
  odds <- c(chi_square = "Odds ratio", fisher = "Odds ratio (conditional)", mcnemar = "Odds ratio (pairs)",
    cmh = "Common odds ratio")[[options$test]]
  tables <- list(list(name = "test", title = names_of_tests[[options$test]], data = test_frame(found, options),
      titles = c(statistic = "Chi-squared", df = "df", p_value = "p", exact = "Exact p", odds_ratio = odds,
        ci_low = paste(p, "low"), ci_high = paste(p, "high"), cramers_v = "Cramer's V"),
      types = c(p_value = "p_value", exact = "p_value")),
    list(name = "counts", title = "Counts", data = counts, titles = c(level = brief(input$row, 100),
      setNames(vapply(input$columns, brief, "", most = 60), paste0("c", seq_along(input$columns))), total = "Total"),
      types = c(level = "text", integers)))
  if (options$test != "cmh") return(c(tables, list(list(name = "cells", title = "Observed and expected", data = cells,
    titles = c(row = brief(input$row, 100), column = brief(input$column, 100), observed = "Observed", expected = "Expected",
      residual = "Pearson residual", std_residual = "Standardised residual"),
    types = c(row = "text", column = "text", observed = "integer")))))
  if (length(found$strata) == 0) return(tables)
  field <- function(name) vapply(found$strata, `[[`, 0, name)
  c(tables, list(list(name = "strata", title = "Odds ratios of the strata", data = data.frame(
    stratum = vapply(found$strata, function(s) brief(s$stratum, 200), ""), n = field("n"), odds_ratio = field("odds_ratio"),
    ci_low = field("ci_low"), ci_high = field("ci_high")), titles = c(stratum = brief(input$strata, 100), n = "n",
      odds_ratio = "Odds ratio", ci_low = paste(p, "low"), ci_high = paste(p, "high")),
    types = c(stratum = "text", n = "integer"))))
}
