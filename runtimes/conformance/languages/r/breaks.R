run <- function(data, params, context) stop("broken")
