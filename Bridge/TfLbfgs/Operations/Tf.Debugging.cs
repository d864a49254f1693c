using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>How <see cref="Print(PrintOptions, object[])"/> writes. Python: the keywords of <c>tf.print</c>.</summary>
    public sealed record PrintOptions
    {
        /// <summary>
        /// Where to: <c>stderr</c>, the default, <c>stdout</c>, <c>log(info)</c>, <c>log(warning)</c>, <c>log(error)</c>, or <c>file://</c>
        /// and a path, to which is appended.
        /// </summary>
        public string OutputStream { get; init; } = "stderr";

        /// <summary>How many elements of each dimension stand at its begin and end; -1: all. Default 3.</summary>
        public int Summarize { get; init; } = 3;

        /// <summary>What stands between the inputs; default a space.</summary>
        public string Separator { get; init; } = " ";

        /// <summary>What stands at the end; default a line feed.</summary>
        public string End { get; init; } = "\n";
    }

    /// <summary>
    /// Prints tensors and texts to the standard error of the process: at each call, also of a function that was traced, in the order of the
    /// program. Python: <c>tf.print</c>.
    /// </summary>
    /// <param name="inputs">Tensors, variables, and anything else, which is printed as <c>ToString</c> has it, once when traced.</param>
    public static void Print(params object?[] inputs) => Print(new PrintOptions(), inputs);

    /// <summary>Prints tensors and texts. Python: <c>tf.print</c>.</summary>
    /// <param name="options">Where to and how.</param>
    /// <param name="inputs">Tensors, variables, and anything else, which is printed as <c>ToString</c> has it, once when traced.</param>
    public static void Print(PrintOptions options, params object?[] inputs)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inputs);
        // A character that no text has.
        const string Placeholder = "\u0001";
        using TensorScope scope = new();
        List<Tensor> tensors = [];
        List<string> parts = [];
        foreach (object? input in inputs)
        {
            Tensor? tensor = input as Tensor ?? (input as Variable)?.Value;
            if (tensor is not null)
                tensors.Add(tensor);
            parts.Add(tensor is not null ? Placeholder : Convert.ToString(input, System.Globalization.CultureInfo.InvariantCulture) ?? "");
        }

        Tensor text = RawOps.StringFormat(tensors, string.Join(options.Separator, parts), Placeholder, options.Summarize);
        RawOps.PrintV2(text, options.OutputStream, options.End);
    }

    /// <inheritdoc cref="Debugging.Assert"/>
    public static void Assert(Tensor condition, IReadOnlyList<Tensor> data, int summarize = 3) =>
        Debugging.Assert(condition, data, summarize);

    /// <inheritdoc cref="Debugging.AssertEqual"/>
    public static void AssertEqual(Tensor x, Tensor y, string? message = null) => Debugging.AssertEqual(x, y, message);

    /// <inheritdoc cref="Debugging.AssertGreater"/>
    public static void AssertGreater(Tensor x, Tensor y, string? message = null) => Debugging.AssertGreater(x, y, message);

    /// <inheritdoc cref="Debugging.AssertLess"/>
    public static void AssertLess(Tensor x, Tensor y, string? message = null) => Debugging.AssertLess(x, y, message);

    /// <inheritdoc cref="Debugging.AssertRank"/>
    public static void AssertRank(Tensor x, int rank, string? message = null) => Debugging.AssertRank(x, rank, message);

    /// <summary>
    /// Checks that stop a program, eagerly and in traced functions; XLA leaves those of values out. Python: <c>tf.debugging</c>.
    /// </summary>
    public static class Debugging
    {
        /// <summary>Stops when a condition does not hold. Python: <c>tf.debugging.Assert</c>.</summary>
        /// <param name="condition">The condition, bool, shape [].</param>
        /// <param name="data">What the message shows.</param>
        /// <param name="summarize">How many elements of each; default 3.</param>
        /// <exception cref="TfStatusException">It does not hold.</exception>
        public static void Assert(Tensor condition, IReadOnlyList<Tensor> data, int summarize = 3) =>
            RawOps.Assert(condition, data, summarize);

        /// <summary>Stops when elements differ. Python: <c>tf.debugging.assert_equal</c>.</summary>
        /// <param name="x">One tensor.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">They differ.</exception>
        public static void AssertEqual(Tensor x, Tensor y, string? message = null) =>
            Check((a, b) => RawOps.Equal(a, b), x, y, "==", message);

        /// <summary>Stops when elements are equal. Python: <c>tf.debugging.assert_none_equal</c>.</summary>
        /// <param name="x">One tensor.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">Some are equal.</exception>
        public static void AssertNoneEqual(Tensor x, Tensor y, string? message = null) =>
            Check((a, b) => RawOps.NotEqual(a, b), x, y, "!=", message);

        /// <summary>Stops unless each element of one tensor is greater. Python: <c>tf.debugging.assert_greater</c>.</summary>
        /// <param name="x">The tensor that must be greater.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">It is not.</exception>
        public static void AssertGreater(Tensor x, Tensor y, string? message = null) => Check(RawOps.Greater, x, y, ">", message);

        /// <summary>
        /// Stops unless each element of one tensor is greater or equal. Python: <c>tf.debugging.assert_greater_equal</c>.
        /// </summary>
        /// <param name="x">The tensor that must be greater or equal.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">It is not.</exception>
        public static void AssertGreaterEqual(Tensor x, Tensor y, string? message = null) =>
            Check(RawOps.GreaterEqual, x, y, ">=", message);

        /// <summary>Stops unless each element of one tensor is less. Python: <c>tf.debugging.assert_less</c>.</summary>
        /// <param name="x">The tensor that must be less.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">It is not.</exception>
        public static void AssertLess(Tensor x, Tensor y, string? message = null) => Check(RawOps.Less, x, y, "<", message);

        /// <summary>Stops unless each element of one tensor is less or equal. Python: <c>tf.debugging.assert_less_equal</c>.</summary>
        /// <param name="x">The tensor that must be less or equal.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfStatusException">It is not.</exception>
        public static void AssertLessEqual(Tensor x, Tensor y, string? message = null) => Check(RawOps.LessEqual, x, y, "<=", message);

        /// <summary>
        /// Stops when a tensor has another number of dimensions, at once where that is known. Python: <c>tf.debugging.assert_rank</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <param name="rank">The number of dimensions.</param>
        /// <param name="message">What the message begins with.</param>
        /// <exception cref="TfLbfgsException">The rank is known and another.</exception>
        public static void AssertRank(Tensor x, int rank, string? message = null)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (x.Rank >= 0 && x.Rank != rank)
                throw new TfLbfgsException($"{message} Expected a tensor of {rank} dimensions, received {x.Describe()}.".TrimStart());
            using TensorScope scope = new();
            if (x.Rank < 0)
                Assert(RawOps.Equal(RawOps.Rank(x), Tensor.Scalar(rank)),
                    [Constant($"{message} Expected {rank} dimensions, received".TrimStart()), RawOps.Rank(x)]);
        }

        /// <summary>
        /// The tensor itself, unless it holds an element that is infinite or not a number. Python: <c>tf.debugging.check_numerics</c>.
        /// </summary>
        /// <param name="x">The tensor, floating-point.</param>
        /// <param name="message">What the message begins with.</param>
        /// <returns>The same values.</returns>
        /// <exception cref="TfStatusException">It holds such an element.</exception>
        public static Tensor CheckNumerics(Tensor x, string message) => RawOps.CheckNumerics(x, message);

        private static void Check(Func<Tensor, Tensor, Tensor> compare, Tensor x, Tensor y, string relation, string? message)
        {
            using TensorScope scope = new();
            Tensor holds = RawOps.All(Reshape(compare(x, y), [-1]), Tensor.Scalar(0));
            RawOps.Assert(holds, [Constant($"{message} Expected x {relation} y for each element. x and y:".TrimStart()), x, y]);
        }
    }
}
