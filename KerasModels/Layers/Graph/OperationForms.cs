using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The ops that have a form in Keras files: each once, for writing and for reading. Others can stand in a model, which is then saved by its
/// weights only.
/// </summary>
internal static class OperationForms
{
    private static readonly OperationForm[] All =
    [
        Pair("AddV2", "Add", RawOps.AddV2, "math.add", "__operators__.add"),
        Pair("Sub", "Subtract", RawOps.Sub, "math.subtract", "__operators__.sub"),
        Pair("Mul", "Multiply", RawOps.Mul, "math.multiply", "__operators__.mul"),
        Pair("RealDiv", "TrueDivide", RawOps.RealDiv, "math.truediv", "math.divide", "__operators__.truediv"),
        Pair("Maximum", "Maximum", RawOps.Maximum, "math.maximum"),
        Pair("Minimum", "Minimum", RawOps.Minimum, "math.minimum"),
        Pair("Pow", "Power", RawOps.Pow, "math.pow", "__operators__.pow"),
        Pair("Equal", "Equal", (x, y) => RawOps.Equal(x, y), "math.equal"),
        Pair("NotEqual", "NotEqual", (x, y) => RawOps.NotEqual(x, y), "math.not_equal"),
        Pair("Greater", "Greater", RawOps.Greater, "math.greater"),
        Pair("Less", "Less", RawOps.Less, "math.less"),
        Unary("Neg", "Negative", RawOps.Neg, "math.negative", "__operators__.neg"),
        Unary("Abs", "Absolute", RawOps.Abs, "math.abs", "__operators__.abs"),
        Unary("Exp", "Exp", RawOps.Exp, "math.exp"),
        Unary("Log", "Log", RawOps.Log, "math.log"),
        Unary("Sqrt", "Sqrt", RawOps.Sqrt, "math.sqrt"),
        Unary("Square", "Square", RawOps.Square, "math.square"),
        Unary("Sin", "Sin", RawOps.Sin, "math.sin"),
        Unary("Cos", "Cos", RawOps.Cos, "math.cos"),
        Unary("Tanh", "Tanh", RawOps.Tanh, "math.tanh"),
        Unary("Sigmoid", "Sigmoid", RawOps.Sigmoid, "math.sigmoid"),
        Unary("Softplus", "Softplus", RawOps.Softplus, "math.softplus"),
        Unary("Relu", "Relu", RawOps.Relu, "nn.relu"),
        Reduction("Mean", "Mean", (x, axes, keep) => RawOps.Mean(x, axes, keep), "math.reduce_mean"),
        Reduction("Sum", "Sum", (x, axes, keep) => RawOps.Sum(x, axes, keep), "math.reduce_sum"),
        Reduction("Max", "Max", (x, axes, keep) => RawOps.Max(x, axes, keep), "math.reduce_max"),
        Reduction("Min", "Min", (x, axes, keep) => RawOps.Min(x, axes, keep), "math.reduce_min"),
        Reduction("Prod", "Prod", (x, axes, keep) => RawOps.Prod(x, axes, keep), "math.reduce_prod"),
        new OperationForm("ConcatV2", "Concatenate", ["concat"], [], (call, inputs) => RawOps.ConcatV2(inputs, Tensor.Scalar(call.Integer("axis") ?? -1)), layer => new JsonObject
        {
            ["axis"] = (long)layer.ConstantInputs[^1]!.ToDoubles()[0],
        }),
        new OperationForm("Reshape", "Reshape", ["reshape"], ["tensor"], (call, inputs) => RawOps.Reshape(inputs[0], Tensor.From<long>(call.Integers("shape") ?? call.WithBatch("newshape", inputs[0]))), layer => new JsonObject
        {
            ["shape"] = Numbers(layer.ConstantInputs[1]!),
        }),
        new OperationForm("ExpandDims", "ExpandDims", ["expand_dims"], ["input"], (call, inputs) => RawOps.ExpandDims(inputs[0], Tensor.Scalar((int)(call.Integer("axis") ?? -1))), layer => new JsonObject
        {
            ["axis"] = (long)layer.ConstantInputs[1]!.ToDoubles()[0],
        }),
        new OperationForm("Transpose", "Transpose", ["transpose"], ["a"], (call, inputs) => RawOps.Transpose(inputs[0], Permutation(call, inputs[0])), layer => new JsonObject
        {
            ["perm"] = Numbers(layer.ConstantInputs[1]!),
        }),
    ];

    private static readonly Dictionary<string, OperationForm> ByOp = All.ToDictionary(form => form.Op, StringComparer.Ordinal);
    private static readonly Dictionary<string, OperationForm> ByFunction = All.SelectMany(form => form.Functions.Select(function => (function, form))).ToDictionary(StringComparer.Ordinal);
    private static readonly Dictionary<string, OperationForm> ByClass = All.ToDictionary(form => form.Keras3Class, StringComparer.Ordinal);

    /// <summary>The functions of Keras 2 that are known, for messages.</summary>
    public static IEnumerable<string> Functions => All.Select(form => form.Functions[0]);

    public static OperationForm? OfOp(string op) => ByOp.GetValueOrDefault(op);

    public static OperationForm? OfFunction(string function) => ByFunction.GetValueOrDefault(function);

    public static OperationForm? OfKeras3Class(string className) => ByClass.GetValueOrDefault(className);

    private static OperationForm Unary(string op, string keras3, Func<Tensor, Tensor> compute, params string[] functions) =>
        new(op, keras3, functions, ["x"], (_, inputs) => compute(inputs[0]), _ => []);

    private static OperationForm Pair(string op, string keras3, Func<Tensor, Tensor, Tensor> compute, params string[] functions) =>
        new(op, keras3, functions, ["x", "y"], (_, inputs) => compute(inputs[0], inputs[1]), _ => []);

    private static OperationForm Reduction(string op, string keras3, Func<Tensor, Tensor, bool, Tensor> compute, params string[] functions) => new(
        op, keras3, functions, ["input_tensor"],
        (call, inputs) => compute(
            inputs[0], call.Integers("axis") is { } axes ? Tensor.From<int>(Array.ConvertAll(axes, axis => (int)axis)) : Tensor.From<int>([.. Enumerable.Range(0, inputs[0].Rank)]),
            call.Flag("keepdims")),
        layer => new JsonObject { ["axis"] = Numbers(layer.ConstantInputs[1]!), ["keepdims"] = layer.Template.Attributes.ToArray().Any(a => a.Name == "keep_dims" && a.Value.AsBool()) });

    private static Tensor Permutation(OperationCall call, Tensor input) =>
        Tensor.From<int>((call.Integers("perm") ?? call.Integers("axes")) is { } axes ? Array.ConvertAll(axes, axis => (int)axis) : [.. Enumerable.Range(0, input.Rank).Reverse()]);

    private static JsonArray Numbers(HostConstant constant) => new([.. constant.ToDoubles().Select(number => (JsonNode)(long)number)]);
}
