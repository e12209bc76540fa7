# Correlations of all pairs of columns, plain or with others held fixed.

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  options <- list(method = text_of(given("method", "pearson")), partial_for = text_of(params$partial_for),
    adjust = text_of(given("adjust", "holm")), use = text_of(given("use", "pairwise")), exact = text_of(given("exact", "auto")),
    conf_level = as.numeric(given("conf_level", 0.95)))
  if (options$method == "kendall" && length(options$partial_for) > 0) context$refuse("NO_PARTIAL_KENDALL",
    "Kendall's correlation is not offered with other columns held fixed: its test is not known to hold.", class = "input",
    where = list(param = "method"), hint = "Use spearman.")
  context$progress(0.1, "reading the columns", "read")
  input <- read_columns(data, params, options, context)
  places <- combn(length(input$names), 2, simplify = FALSE)
  rows <- sum(input$used)
  if (options$method == "kendall" && length(places) * rows^2 > 4e9) context$refuse("TOO_MANY_ROWS", paste0(
    "Kendall's correlation compares every row with every other; ", rows, " rows and ", length(places),
    if (length(places) == 1) " pair" else " pairs", " of columns are too many."), where = list(param = "method"),
    hint = "Use spearman, or fewer rows.")
  sets <- lapply(places, function(at) pair_of(input, at[1], at[2], options, context))
  pairs <- list()
  for (i in seq_along(places)) {
    context$progress(0.2 + 0.6 * i / length(places), "testing", "test")
    names <- input$names[places[[i]]]
    pairs[[i]] <- c(list(x = names[1], y = names[2]), correlate(sets[[i]], options, context, names))
  }
  if (options$exact == "yes" && options$method != "pearson" && !all(vapply(pairs, `[[`, NA, "exact"))) context$warn("NOT_EXACT",
    "Some p-values are approximate: there are ties, or too many rows for exact ones.", "caution")
  adjusted <- p.adjust(vapply(pairs, `[[`, 0, "p_value"), c(holm = "holm", bonferroni = "bonferroni", fdr = "BH",
    none = "none")[[options$adjust]])
  pairs <- lapply(seq_along(pairs), function(i) c(pairs[[i]], list(p_adjusted = adjusted[i])))
  assumptions <- judge(input, sets, pairs, options)
  context$progress(0.9, "drawing", "figures")
  code <- reader_code(input$names, options)
  list(values = values_of(pairs, input, options), summary = I(summarise(pairs, options, assumptions)),
    method = method_of(options), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(pairs, input, options), figures = figures_of(input$names, pairs, sets, options),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

values_of <- function(pairs, input, options) list(method = options$method, columns = I(input$names),
  partial_for = I(options$partial_for), adjust = options$adjust, use = options$use, conf_level = options$conf_level,
  pairs = lapply(pairs, function(p) c(p[c("x", "y", "estimate", "n", "statistic", "p_value", "p_adjusted", "ci_low", "ci_high",
    "exact")], list(r_squared = if (options$method == "kendall") NA_real_ else p$estimate^2))))

tables_of <- function(pairs, input, options) {
  p <- percent(options$conf_level)
  field <- function(name, type = 0) vapply(pairs, function(pair) pair[[name]], type)
  frame <- data.frame(x = vapply(field("x", ""), brief, "", most = 150), y = vapply(field("y", ""), brief, "", most = 150),
    estimate = field("estimate"), ci_low = field("ci_low"), ci_high = field("ci_high"), n = field("n", 0L),
    p_value = field("p_value"), p_adjusted = field("p_adjusted"))
  several <- length(pairs) > 1 && options$adjust != "none"
  if (!several) frame$p_adjusted <- NULL
  pairs_table <- list(name = "pairs", title = title_of[[options$method]], data = frame, titles = c(x = "First column",
    y = "Second column", estimate = symbol_of[[options$method]], ci_low = paste(p, "low"), ci_high = paste(p, "high"), n = "n",
    p_value = "p", p_adjusted = "Adjusted p"), types = c(x = "text", y = "text", n = "integer", p_value = "p_value",
    p_adjusted = "p_value"))
  if (length(input$names) < 3) return(list(pairs_table))
  k <- length(input$names)
  matrix <- diag(1, k)
  at <- combn(k, 2)
  matrix[t(at)] <- field("estimate")
  matrix[t(at[2:1, ])] <- field("estimate")
  square <- cbind(data.frame(column = vapply(input$names, brief, "", most = 100)), as.data.frame(matrix))
  names(square)[-1] <- paste0("c", seq_len(k))
  list(pairs_table, list(name = "matrix", title = "All correlations", data = square, titles = c(column = "Column",
    setNames(vapply(input$names, brief, "", most = 40), paste0("c", seq_len(k)))), types = c(column = "text")))
}
