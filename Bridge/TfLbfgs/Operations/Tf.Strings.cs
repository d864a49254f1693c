using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Tensors of strings. Python: <c>tf.strings</c>.</summary>
    public static class Strings
    {
        /// <inheritdoc cref="Tf.AsString"/>
        public static Tensor AsString(Tensor x, int precision = -1, bool scientific = false, bool shortest = false, int width = -1,
            string fill = "") =>
            Tf.AsString(x, precision, scientific, shortest, width, fill);

        /// <summary>A text with tensors put in. Python: <c>tf.strings.format</c>.</summary>
        /// <param name="template">The text.</param>
        /// <param name="inputs">The tensors, one for each placeholder.</param>
        /// <param name="placeholder">Where they stand; default <c>{}</c>.</param>
        /// <param name="summarize">How many elements of each dimension stand at its begin and end; -1: all. Default 3.</param>
        /// <returns>The text, shape [].</returns>
        public static Tensor Format(string template, IReadOnlyList<Tensor> inputs, string placeholder = "{}", int summarize = 3) =>
            RawOps.StringFormat(inputs, template, placeholder, summarize);

        /// <summary>Joins strings element by element. Python: <c>tf.strings.join</c>.</summary>
        /// <param name="inputs">The tensors, which are scalars or of one shape.</param>
        /// <param name="separator">What stands between them; default nothing.</param>
        /// <returns>The joined strings.</returns>
        public static Tensor Join(IReadOnlyList<Tensor> inputs, string separator = "") => RawOps.StringJoin(inputs, separator);

        /// <summary>Joins the strings along some dimensions. Python: <c>tf.strings.reduce_join</c>.</summary>
        /// <param name="inputs">The strings.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <param name="separator">What stands between them; default nothing.</param>
        /// <returns>The joined strings.</returns>
        public static Tensor ReduceJoin(Tensor inputs, int[]? axes = null, bool keepDims = false, string separator = "")
        {
            ArgumentNullException.ThrowIfNull(inputs);
            return Scoped(() => RawOps.ReduceJoin(inputs, Tensor.From(axes ?? [.. Enumerable.Range(0, inputs.Rank)]), keepDims, separator));
        }

        /// <summary>The lengths of strings. Python: <c>tf.strings.length</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="unit"><c>BYTE</c>, the default, or <c>UTF8_CHAR</c>.</param>
        /// <returns>The lengths, int32.</returns>
        public static Tensor Length(Tensor input, string unit = "BYTE") => RawOps.StringLength(input, unit);

        /// <summary>Strings in lower case. Python: <c>tf.strings.lower</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="encoding">Empty: ASCII letters only; <c>utf-8</c>: all.</param>
        /// <returns>The strings.</returns>
        public static Tensor Lower(Tensor input, string encoding = "") => RawOps.StringLower(input, encoding);

        /// <summary>Strings in upper case. Python: <c>tf.strings.upper</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="encoding">Empty: ASCII letters only; <c>utf-8</c>: all.</param>
        /// <returns>The strings.</returns>
        public static Tensor Upper(Tensor input, string encoding = "") => RawOps.StringUpper(input, encoding);

        /// <summary>Strings without white space at both ends. Python: <c>tf.strings.strip</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <returns>The strings.</returns>
        public static Tensor Strip(Tensor input) => RawOps.StringStrip(input);

        /// <summary>Parts of strings. Python: <c>tf.strings.substr</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="position">Where the part begins; negative counts from the end.</param>
        /// <param name="length">Its length.</param>
        /// <param name="unit"><c>BYTE</c>, the default, or <c>UTF8_CHAR</c>.</param>
        /// <returns>The parts.</returns>
        public static Tensor Substr(Tensor input, int position, int length, string unit = "BYTE") =>
            Scoped(() => RawOps.Substr(input, Tensor.Scalar(position), Tensor.Scalar(length), unit));

        /// <summary>Replaces what matches a regular expression. Python: <c>tf.strings.regex_replace</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="pattern">The expression, in RE2 syntax.</param>
        /// <param name="rewrite">The replacement, in which <c>\1</c> stands for the first group.</param>
        /// <param name="replaceGlobal">Whether each match is replaced, the default, or the first one.</param>
        /// <returns>The strings.</returns>
        public static Tensor RegexReplace(Tensor input, string pattern, string rewrite, bool replaceGlobal = true) =>
            RawOps.StaticRegexReplace(input, pattern, rewrite, replaceGlobal);

        /// <summary>Whether strings match a regular expression as a whole. Python: <c>tf.strings.regex_full_match</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="pattern">The expression, in RE2 syntax.</param>
        /// <returns>The truth values.</returns>
        public static Tensor RegexFullMatch(Tensor input, string pattern) => RawOps.StaticRegexFullMatch(input, pattern);

        /// <summary>A number below a bound for each string. Python: <c>tf.strings.to_hash_bucket_fast</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="buckets">The bound.</param>
        /// <returns>The numbers, int64, the same on every machine.</returns>
        public static Tensor ToHashBucketFast(Tensor input, long buckets) => RawOps.StringToHashBucketFast(input, buckets);

        /// <summary>The numbers that strings write. Python: <c>tf.strings.to_number</c>.</summary>
        /// <param name="input">The strings.</param>
        /// <param name="dtype">Float32, the default, Float64, Int32 or Int64.</param>
        /// <returns>The numbers.</returns>
        public static Tensor ToNumber(Tensor input, DType dtype = DType.Float32) => RawOps.StringToNumber(input, dtype);
    }

    /// <summary>A fingerprint of the bytes of each row. Python: <c>tf.fingerprint</c>.</summary>
    /// <param name="data">The rows, shape [n, ...].</param>
    /// <param name="method"><c>farmhash64</c>.</param>
    /// <returns>The fingerprints, uint8, shape [n, 8].</returns>
    public static Tensor Fingerprint(Tensor data, string method = "farmhash64") => Scoped(() => RawOps.Fingerprint(data, Constant(method)));
}
