# What is seen in one column. Its type is that of the schema that came with the data; it is never guessed again.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')
counted <- function(n, one, many = paste0(one, "s")) paste(format(n, big.mark = ","), if (n == 1) one else many)
percent <- function(x) paste(if (x > 0 && x < 0.001) "< 0.1" else format(round(100 * x, 1)), "%")

label_of <- function(values) {
  if (is.logical(values)) ifelse(values, "true", "false")
  else if (inherits(values, "POSIXct")) sub("\\.?0*Z$", "Z", format(values, "%Y-%m-%dT%H:%M:%OS6Z", tz = "UTC"))
  else if (is.numeric(values)) ifelse(is.finite(values) & values == round(values) & abs(values) < 1e15,
    sprintf("%.0f", values), as.character(values))
  else as.character(values)
}

number_pattern <- "^[[:space:]]*[-+]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$"
placeholders <- c("", "-", "--", "?", "??", ".", "n/a", "na", "#n/a", "n.a.", "nan", "null", "none", "nil", "missing",
  "unknown", "not available", "not applicable", "tbd", "xxx", "#value!", "#ref!", "#div/0!")
sentinels <- c(-9999, -999, -99, -9, -1, 99, 999, 9999, 99999, 999999)

# Quartiles by type 7 and Tukey's fences; a number far outside that many rows share stands for something else.
look_at_numbers <- function(x) {
  finite <- x[is.finite(x)]
  if (length(finite) == 0) return(list(infinite = sum(is.infinite(x))))
  q <- quantile(finite, c(0.25, 0.75), names = FALSE, type = 7)
  reach <- q[2] - q[1]
  outside <- finite < q[1] - 1.5 * reach | finite > q[2] + 1.5 * reach
  far <- finite < q[1] - 3 * reach | finite > q[2] + 3 * reach
  repeated <- Filter(function(s) sum(finite == s) >= 2, intersect(sentinels, unique(finite[far])))
  list(infinite = sum(is.infinite(x)), min = min(finite), max = max(finite), fence_low = q[1] - 1.5 * reach,
    fence_high = q[2] + 1.5 * reach, outliers_iqr = sum(outside), sentinels = repeated,
    sentinel_count = sum(finite %in% repeated))
}

# Distinct texts are looked at once, and weighed by how often they occur.
look_at_texts <- function(values, counts) {
  trimmed <- trimws(values)
  number <- grepl(number_pattern, values)
  plain <- gsub("[[:space:]]+", " ", tolower(trimmed))
  twins <- plain %in% plain[duplicated(plain)]
  list(number_like = sum(counts[number]), placeholder = sum(counts[plain %in% placeholders]),
    padded = sum(counts[values != trimmed]), variants = sum(twins), variant_count = sum(counts[twins]),
    variant_example = head(values[twins][order(plain[twins], values[twins], method = "radix")], 2),
    placeholder_example = head(values[plain %in% placeholders], 1))
}

look_at_column <- function(name, type, role, x) {
  present <- x[!is.na(x)]
  values <- unique(present)
  base <- list(name = name, type = type, role = role, n = length(present), missing = sum(is.na(x)),
    distinct = length(values), constant = length(values) == 1)
  seen <- list(infinite = 0L, outliers_iqr = NULL, min = NULL, max = NULL)
  if (type %in% c("integer", "number")) seen <- utils::modifyList(seen, look_at_numbers(as.numeric(x)))
  else if (type == "text") seen <- c(seen, look_at_texts(values, tabulate(match(present, values), length(values))))
  else if (type %in% c("date", "timestamp") && length(present) > 0)
    seen[c("min", "max")] <- as.list(label_of(range(present)))
  seen$mixed_types <- isTRUE(seen$number_like > 0 && seen$number_like < base$n)
  c(base, seen)
}

# Every row as one number: rows with the same number are the same. Missing values count as the same.
codes_of <- function(columns, n) {
  code <- rep(0, n)
  for (x in columns) {
    own <- match(x, unique(x))
    both <- code * (n + 1) + own
    code <- match(both, unique(both))
  }
  code
}

look_at_rows <- function(data) {
  n <- nrow(data)
  incomplete <- rep(FALSE, n)
  for (x in data) incomplete <- incomplete | is.na(x)
  code <- codes_of(data, n)
  again <- which(duplicated(code))
  list(complete = sum(!incomplete), duplicates = length(again), first = head(again, 20),
    of = match(code[head(again, 20)], code))
}

# Columns with the same values in every row, each against the first of its like.
same_columns <- function(data) {
  key <- vapply(data, function(x) {
    codes <- match(x, unique(x))
    paste(typeof(x), length(unique(x)), sum(as.numeric(codes) * (seq_along(codes) %% 9973)), is.na(x[1]))
  }, "")
  found <- list()
  for (i in which(key %in% key[duplicated(key)])) for (j in which(key == key[i] & seq_along(key) < i))
    if (identical(data[[i]], data[[j]]) && !all(is.na(data[[i]]))) {
      found[[length(found) + 1]] <- list(column = names(data)[i], of = names(data)[j])
      break
    }
  found
}

# Which columns are missing together, most frequent first.
missing_patterns <- function(data, columns, most = 20) {
  gaps <- Filter(function(column) column$missing > 0, columns)
  if (length(gaps) == 0) return(NULL)
  code <- codes_of(lapply(gaps, function(column) is.na(data[[column$name]])), nrow(data))
  counts <- tabulate(code)
  shown <- head(order(-counts), most)
  lapply(shown, function(k) {
    row <- match(k, code)
    list(rows = counts[k], columns = vapply(Filter(function(column) is.na(data[[column$name]][row]), gaps), `[[`, "", "name"))
  })
}
