# Analysis of variance: types I to III with covariates, or Welch's method; differences of means by Tukey or Games-Howell.

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  method <- text_of(given("method", "classic"))
  options <- list(method = method, type = text_of(given("type", "II")), interactions = isTRUE(params$interactions),
    posthoc = text_of(given("posthoc", if (method == "welch") "games_howell" else "tukey")),
    conf_level = as.numeric(given("conf_level", 0.95)))
  context$progress(0.1, "reading the columns", "read")
  input <- read_columns(data, params, context)
  options$interactions <- options$interactions && length(input$factors) > 1
  refuse_options(input, options, context)
  context$progress(0.3, "fitting", "fit")
  fit <- fit_model(input, options, context)
  level <- options$conf_level
  rows <- if (method == "welch") list(welch_row(input, fit, level, context)) else rows_of_model(fit, level)
  cells <- unname(cells_of(input, level))
  if (length(cells) > most_cells) {
    context$warn("MANY_CELLS", paste0("There are ", length(cells), " combinations of levels; their means are not listed."), "note")
    cells <- list()
  }
  adjusted <- if (fit$full && method != "welch") lapply(input$factors, function(f) adjusted_means(input, fit, f, level))
  asked <- posthoc_factor(input, params, context)
  pairs <- compare(input, fit, adjusted, asked, options, context)
  if (fit$perfect) context$warn("PERFECT_FIT", "The model leaves nothing over; F and p say nothing then.", "caution")
  context$progress(0.7, "checking", "check")
  found <- list(shapiro = shapiro_of(fit), levene = brown_forsythe(input), slopes = parallel_slopes(input, fit),
    cook = largest_cook(fit))
  assumptions <- judge(input, fit, options, found)
  if (sum(vapply(input$dropped, `[[`, 0, "rows")) > fit$n) context$warn("MANY_ROWS_DROPPED",
    "More rows were left out than used; the result may not stand for the whole data set.", "caution")
  context$progress(0.9, "drawing", "figures")
  means <- unlist(lapply(adjusted, `[[`, "means"), recursive = FALSE)
  code <- reader_code(input, options, asked)
  list(values = values_of(input, fit, rows, cells, as.list(means), pairs, options, found),
    summary = I(summarise(input, rows, pairs, options, assumptions)), method = method_of(input, options),
    assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(input, fit, rows, cells, means, pairs, options), figures = figures_of(input, fit, cells, level),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

refuse_options <- function(input, options, context) {
  if (input$single) return(invisible())
  wrong <- if (options$method == "welch") "method" else if (options$posthoc == "games_howell") "posthoc"
  if (!is.null(wrong)) context$refuse("ONE_FACTOR_ONLY", paste0("`", wrong, "` = ", options[[wrong]],
    " takes one factor and no covariates."), class = "input", where = list(param = wrong),
    hint = "Leave the other columns out, or use the classic method.")
}

posthoc_factor <- function(input, params, context) {
  names <- vapply(input$factors, `[[`, "", "name")
  asked <- text_of(params$posthoc_factor)
  if (length(asked) == 0) return(names[1])
  if (!asked %in% names) refuse_column(context, "NOT_A_FACTOR", paste0("Column ", quoted(asked),
    " is named in `posthoc_factor` but not in `factors`."), asked, "posthoc_factor", class = "input",
    hint = "Add it to `factors`.")
  asked
}

compare <- function(input, fit, adjusted, asked, options, context) {
  if (options$posthoc == "none" || fit$perfect) return(list())
  if (options$posthoc == "games_howell") {
    samples <- split(input$y, input$factors[[1]]$codes)
    spread <- vapply(samples, function(x) length(x) > 1 && var(x) > 0, NA)
    if (all(spread)) return(games_howell_pairs(input, options$conf_level))
  } else if (fit$full) {
    adjusted <- if (is.null(adjusted)) list(adjusted_means(input, fit, input$factors[[1]], options$conf_level)) else adjusted
    at <- match(asked, vapply(input$factors, `[[`, "", "name"))
    return(tukey_pairs(adjusted[[at]], fit, options$conf_level))
  }
  context$warn("NO_PAIRS", "Differences between levels were not compared: some group or combination has no rows, or no spread.",
    "caution")
  list()
}
