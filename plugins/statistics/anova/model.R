# The linear model: terms in sum coding, and sums of squares as squared effects of a Householder QR.
#
# A term's sum of squares is what its columns explain after those of other terms; which others is the type. Squared
# effects are taken instead of differences of residual sums, which would lose digits.

tolerance <- 1e-9

# Centre and scale with few bits, so that (x - centre) / scale is exact or nearly so.
basis_of <- function(x) {
  middle <- mean(x)
  spread <- max(abs(x - middle))
  scale <- 2^ceiling(log2(spread))
  list(centre = round(8 * middle / scale) / 8 * scale, scale = scale)
}

sum_coding <- function(factor) contr.sum(length(factor$labels))[factor$codes, , drop = FALSE]

# Every column of one times every column of the other.
product_of <- function(a, b) do.call(cbind, lapply(seq_len(ncol(b)), function(j) a * b[, j]))

build_terms <- function(input, interactions) {
  covariates <- lapply(input$covariates, function(covariate) list(label = covariate$name, kind = "covariate",
    parts = covariate$name, columns = cbind((covariate$x - mean(covariate$x)) / max(abs(covariate$x - mean(covariate$x))))))
  mains <- lapply(input$factors, function(factor) list(label = factor$name, kind = "factor", parts = factor$name,
    columns = sum_coding(factor)))
  crossed <- list()
  k <- length(input$factors)
  if (interactions && k > 1) for (order in 2:k) for (set in combn(k, order, simplify = FALSE)) {
    names <- vapply(input$factors[set], `[[`, "", "name")
    columns <- Reduce(product_of, lapply(input$factors[set], sum_coding))
    crossed <- c(crossed, list(list(label = paste(names, collapse = ":"), kind = "interaction", parts = names,
      columns = columns)))
  }
  c(covariates, mains, crossed)
}

columns_of <- function(terms, n) do.call(cbind, c(list(rep(1, n)), lapply(terms, `[[`, "columns")))

# What the columns of `term` explain beyond those of `others`: sum of squares and degrees of freedom.
beyond <- function(term, others, y) {
  before <- columns_of(others, length(y))
  qr_before <- qr(before, tol = tolerance)
  rest <- qr.resid(qr_before, term$columns)
  scale <- sqrt(colSums(term$columns^2))
  decomposition <- qr(sweep(rest, 2, ifelse(scale > 0, scale, 1), "/"), tol = 1e-7)
  keeps <- decomposition$rank
  # Columns that are nothing but rounding after the others are gone explain nothing.
  if (max(sqrt(colSums(rest^2)) / scale) < tolerance) return(list(ss = 0, df = 0))
  effects <- qr.qty(decomposition, y)[seq_len(keeps)]
  list(ss = sum(effects^2), df = keeps)
}

others_of <- function(i, terms, type) switch(type,
  I = terms[seq_len(i - 1)],
  II = Filter(function(other) !all(terms[[i]]$parts %in% other$parts), terms),
  III = terms[-i])

# Said before anything of the size is made.
refuse_size <- function(input, interactions, context) {
  levels <- vapply(input$factors, function(f) length(f$labels), 0L)
  p <- 1 + length(input$covariates) + if (interactions) prod(levels) - 1 else sum(levels - 1)
  if (p > 500 || p * length(input$y) > 3e7) context$refuse("TOO_MANY_TERMS", paste0("The model has ", fmt(p),
    " terms on ", fmt(length(input$y)), " rows; at most 500 terms, and 30 million of their values, are fitted."),
    where = list(param = if (interactions) "interactions" else "factors"),
    hint = "Leave out interactions, or join levels of factors that have many.")
}

fit_model <- function(input, options, context) {
  refuse_size(input, options$interactions, context)
  terms <- build_terms(input, options$interactions)
  n <- length(input$y)
  basis <- basis_of(input$y)
  y <- (input$y - basis$centre) / basis$scale
  X <- columns_of(terms, n)
  decomposition <- qr(X, tol = tolerance)
  df <- n - decomposition$rank
  if (df < 1) context$refuse("NO_RESIDUAL_DF", paste0("The model has as many terms as there are rows (", n,
    "); nothing is left to judge the differences by."), hint = "More rows are needed, or fewer factors and interactions.")
  residuals <- qr.resid(decomposition, y)
  found <- lapply(seq_along(terms), function(i) beyond(terms[[i]], others_of(i, terms, options$type), y))
  short <- which(vapply(seq_along(terms), function(i) found[[i]]$df < ncol(terms[[i]]$columns), NA))
  refuse_confounded(terms, found, short, options, context)
  rss <- sum(residuals^2)
  total <- sum((y - mean(y))^2)
  unit <- basis$scale^2
  list(terms = terms, found = lapply(found, function(f) list(ss = f$ss * unit, df = f$df)), df = df, n = n,
    rank = decomposition$rank, full = decomposition$rank == ncol(X), rss = rss * unit, total = total * unit,
    perfect = rss <= 1e-24 * total, sigma = sqrt(rss / df) * basis$scale, residuals = residuals * basis$scale,
    leverage = rowSums(qr.Q(decomposition)[, seq_len(decomposition$rank), drop = FALSE]^2),
    coefficients = qr.coef(decomposition, y) * basis$scale, centre = basis$centre, decomposition = decomposition)
}

refuse_confounded <- function(terms, found, short, options, context) {
  if (length(short) == 0) return(invisible())
  crossed <- Filter(function(i) terms[[i]]$kind == "interaction", short)
  empty <- length(crossed) > 0 && (options$type == "III" || length(crossed) == length(short))
  term <- terms[[if (empty) crossed[1] else setdiff(short, crossed)[1]]]
  if (!empty) context$refuse("CONFOUNDED", paste0("The effect of ", quoted(term$label),
    " cannot be told apart from that of the other terms."), where = list(param = if (term$kind == "factor") "factors" else
    "covariates"), hint = "Two columns say the same; leave one of them out.")
  message <- paste0("Some combination of the levels of ", and_list(vapply(term$parts, quoted, "")), " has no rows; ")
  if (options$type == "III") context$refuse("EMPTY_CELLS", paste0(message,
    "sums of squares of type III have no meaning then."), where = list(param = "type"),
    hint = "Use type II, leave the interactions out, or join levels.")
  context$warn("EMPTY_CELLS", paste0(message, "their interaction is judged on the combinations that are there."), "caution")
}
