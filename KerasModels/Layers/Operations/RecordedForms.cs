using System.Text.Json.Nodes;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The ops that have a form in Keras files, for writing what a functional model recorded. Others can stand in a model, which is then saved
/// by
/// its weights only. <see cref="Keras2Functions"/> and <see cref="Keras3Operations"/> read them.
/// </summary>
internal static class RecordedForms
{
    private static readonly RecordedForm[] All =
    [
        .. Unary(
            ("Neg", "numpy.Negative", "math.negative"), ("Abs", "numpy.Absolute", "math.abs"), ("Sign", "numpy.Sign", "math.sign"),
            ("Exp", "numpy.Exp", "math.exp"), ("Expm1", "numpy.Expm1", "math.expm1"), ("Log", "numpy.Log", "math.log"),
                ("Log1p", "numpy.Log1p", "math.log1p"),
            ("Sqrt", "numpy.Sqrt", "math.sqrt"), ("Rsqrt", "math.Rsqrt", "math.rsqrt"), ("Square", "numpy.Square", "math.square"),
            ("Reciprocal", "numpy.Reciprocal", "math.reciprocal"), ("Sin", "numpy.Sin", "math.sin"), ("Cos", "numpy.Cos", "math.cos"),
                ("Tan", "numpy.Tan", "math.tan"),
            ("Asin", "numpy.Arcsin", "math.asin"), ("Acos", "numpy.Arccos", "math.acos"), ("Atan", "numpy.Arctan", "math.atan"),
            ("Sinh", "numpy.Sinh", "math.sinh"), ("Cosh", "numpy.Cosh", "math.cosh"), ("Tanh", "numpy.Tanh", "math.tanh"),
            ("Asinh", "numpy.Arcsinh", "math.asinh"), ("Acosh", "numpy.Arccosh", "math.acosh"), ("Atanh", "numpy.Arctanh", "math.atanh"),
            ("Floor", "numpy.Floor", "math.floor"), ("Ceil", "numpy.Ceil", "math.ceil"), ("Round", "numpy.Round", "math.round"),
            ("IsNan", "numpy.Isnan", "math.is_nan"), ("IsInf", "numpy.Isinf", "math.is_inf"),
                ("IsFinite", "numpy.Isfinite", "math.is_finite"),
            ("Erf", "math.Erf", "math.erf"), ("Erfc", "math.Erfc", "math.erfc"), ("Erfinv", "math.Erfinv", "math.erfinv"),
                ("LogicalNot", "numpy.LogicalNot", "math.logical_not"),
            ("Sigmoid", "nn.Sigmoid", "math.sigmoid"), ("Conj", "numpy.Conjugate", "math.conj")),
        .. Named("features", ("Relu", "nn.Relu", "nn.relu"), ("Relu6", "nn.Relu6", "nn.relu6"), ("Elu", "nn.Elu", "nn.elu"),
            ("Selu", "nn.Selu", "nn.selu"),
            ("Softplus", "nn.Softplus", "math.softplus"), ("Softsign", "nn.Softsign", "nn.softsign")),
        Form("Softmax", "nn.Softmax", "nn.softmax", "logits", _ => RecordedConstants.Same(("axis", -1))),
        Form("LogSoftmax", "nn.LogSoftmax", "nn.log_softmax", "logits", _ => RecordedConstants.Same(("axis", -1))),
        .. Named("input", ("Identity", "numpy.Copy", "identity"), ("StopGradient", "core.StopGradient", "stop_gradient"),
            ("ZerosLike", "numpy.ZerosLike", "zeros_like"),
            ("OnesLike", "numpy.OnesLike", "ones_like"), ("MatrixDeterminant", "linalg.Det", "linalg.det"),
                ("Cholesky", "linalg.Cholesky", "linalg.cholesky")),
        .. Pairs(
            ("AddV2", "numpy.Add", "math.add"), ("Sub", "numpy.Subtract", "math.subtract"), ("Mul", "numpy.Multiply", "math.multiply"),
                ("RealDiv", "numpy.TrueDivide", "math.truediv"),
            ("DivNoNan", "numpy.DivideNoNan", "math.divide_no_nan"), ("FloorDiv", "numpy.FloorDivide", "math.floordiv"),
                ("FloorMod", "numpy.Mod", "math.floormod"),
            ("Maximum", "numpy.Maximum", "math.maximum"), ("Minimum", "numpy.Minimum", "math.minimum"), ("Pow", "numpy.Power", "math.pow"),
            ("Equal", "numpy.Equal", "math.equal"), ("NotEqual", "numpy.NotEqual", "math.not_equal"),
                ("Greater", "numpy.Greater", "math.greater"),
            ("GreaterEqual", "numpy.GreaterEqual", "math.greater_equal"), ("Less", "numpy.Less", "math.less"),
                ("LessEqual", "numpy.LessEqual", "math.less_equal"),
            ("LogicalAnd", "numpy.LogicalAnd", "math.logical_and"), ("LogicalOr", "numpy.LogicalOr", "math.logical_or"),
                ("SquaredDifference", null, "math.squared_difference"),
            ("Xlogy", null, "math.xlogy"), ("Xdivy", null, "math.xdivy")),
        Form("Atan2", "numpy.Arctan2", "math.atan2", "y x"),
        Form("SelectV2", "numpy.Where", "where", "condition x y"),
        .. Reductions(
            ("Mean", "numpy.Mean", "math.reduce_mean"), ("Sum", "numpy.Sum", "math.reduce_sum"), ("Max", "numpy.Max", "math.reduce_max"),
                ("Min", "numpy.Min", "math.reduce_min"),
            ("Prod", "numpy.Prod", "math.reduce_prod"), ("All", "numpy.All", "math.reduce_all"), ("Any", "numpy.Any", "math.reduce_any")),
        Form("ArgMax", "numpy.Argmax", "math.argmax", "input", o => o.Find("output_type")?.AsType() == DType.Int32
            ? RecordedConstants.Same(
                ("axis", Axis(o, 1))) with { Function = new JsonObject { ["axis"] = Axis(o, 1), ["output_type"] = "int32" } }
            : throw o.NoForm("Keras 3 gives positions as int32, this op as int64; cast it")),
        Form("Cumsum", "numpy.Cumsum", "math.cumsum", "x", o => o.Flag("exclusive") || o.Flag("reverse")
            ? throw o.NoForm("Keras 3 has neither exclusive nor reverse sums")
            : RecordedConstants.Same(("axis", Axis(o, 1)))),
        List("ConcatV2", "numpy.Concatenate", "concat", "values", o => RecordedConstants.Same(("axis", Axis(o, -1)))),
        List("Pack", "numpy.Stack", "stack", "values", o => RecordedConstants.Same(("axis", o.Integer("axis", 0)))),
        List("AddN", null, "math.add_n", "inputs", _ => RecordedConstants.None),
        Form("Reshape", "numpy.Reshape", "reshape", "tensor",
            o => new RecordedConstants(new JsonObject { ["shape"] = Numbers(o, 1) }, new JsonObject { ["newshape"] = Numbers(o, 1) }, [])),
        Form("BroadcastTo", "numpy.BroadcastTo", "broadcast_to", "input", o => RecordedConstants.Same(("shape", Numbers(o, 1)))),
        Form("ExpandDims", "numpy.ExpandDims", "expand_dims", "input", o => RecordedConstants.Same(("axis", Axis(o, 1)))),
        Form("Squeeze", "numpy.Squeeze", "squeeze", "input",
            o => RecordedConstants.Same(("axis", o.Find("squeeze_dims") is { } dims ? Numbers(dims.AsInts()) : null))),
        Form("Transpose", "numpy.Transpose", "transpose", "a",
            o => new RecordedConstants(new JsonObject { ["perm"] = Numbers(o, 1) }, new JsonObject { ["axes"] = Numbers(o, 1) }, [])),
        Form("Tile", "numpy.Tile", "tile", "input",
            o => new RecordedConstants(new JsonObject { ["multiples"] = Numbers(o, 1) },
            new JsonObject { ["repeats"] = Numbers(o, 1) }, [])),
        Form("ReverseV2", "numpy.Flip", "reverse", "tensor", o => RecordedConstants.Same(("axis", Numbers(o, 1)))),
        Form("Cast", "core.Cast", "cast", "x", o => RecordedConstants.Same(("dtype", o.Find("DstT")!.Value.AsType().PythonName))),
        Form("GatherV2", "numpy.Take", "gather", "params indices", o => o.Integer("batch_dims", 0) == 0
            ? RecordedConstants.Same(("axis", Axis(o, 2)))
            : RecordedConstants.Same(("axis", Axis(o, 2)), ("batch_dims", o.Integer("batch_dims", 0)))),
        Form("LeakyRelu", "nn.LeakyRelu", "nn.leaky_relu", "features", o => new RecordedConstants(
            new JsonObject { ["alpha"] = o.Number("alpha", 0.2) }, new JsonObject { ["negative_slope"] = o.Number("alpha", 0.2) }, [])),
        Form("MatMul", "numpy.Matmul", "linalg.matmul", "a b", o => o.Flag("transpose_a") || o.Flag("transpose_b")
            ? throw o.NoForm("transpose the factors first") : RecordedConstants.None),
        Form("BatchMatMulV2", "numpy.Matmul", "linalg.matmul", "a b", o => o.Flag("adj_x") || o.Flag("adj_y")
            ? throw o.NoForm("transpose the factors first") : RecordedConstants.None),
        Form("StridedSlice", "numpy.GetItem", "__operators__.getitem", "tensor", o => RecordedSlice.Of(o)),
    ];

    private static readonly Dictionary<string, RecordedForm> ByOp = All.ToDictionary(form => form.Op, StringComparer.Ordinal);

    /// <summary>The form of an op; null where it has none.</summary>
    public static RecordedForm? Of(string op) => ByOp.GetValueOrDefault(op);

    private static RecordedForm Form(string op, string? keras3, string? keras2, string parameters,
        Func<RecordedOperation, RecordedConstants>? constants = null) =>
        new(op, Split(keras3), keras2, parameters.Split(' '), IsList: false, constants ?? (_ => RecordedConstants.None));

    private static RecordedForm List(string op, string? keras3, string keras2, string parameter,
        Func<RecordedOperation, RecordedConstants> constants) =>
        new(op, Split(keras3), keras2, [parameter], IsList: true, constants);

    private static (string Module, string Name)? Split(string? keras3) =>
        keras3?.Split('.') is [var module, var name] ? ($"ops.{module}", name) : null;

    private static IEnumerable<RecordedForm> Unary(params (string Op, string Keras3, string Keras2)[] rows) => Named("x", rows);

    private static IEnumerable<RecordedForm> Named(string parameter, params (string Op, string Keras3, string Keras2)[] rows) =>
        rows.Select(row => Form(row.Op, row.Keras3, row.Keras2, parameter));

    private static IEnumerable<RecordedForm> Pairs(params (string Op, string? Keras3, string Keras2)[] rows) =>
        rows.Select(row => Form(row.Op, row.Keras3, row.Keras2, "x y"));

    private static IEnumerable<RecordedForm> Reductions(params (string Op, string Keras3, string Keras2)[] rows) => rows.Select(row => Form(
        row.Op, row.Keras3, row.Keras2, "input_tensor", o =>
            RecordedConstants.Same(("axis", Numbers(o, 1)), ("keepdims", o.Flag("keep_dims")))));

    private static JsonNode Axis(RecordedOperation o, int input) => o.Integers(input)[0];

    private static JsonArray Numbers(RecordedOperation o, int input) => Numbers(o.Integers(input));

    private static JsonArray Numbers(IReadOnlyList<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);
}
