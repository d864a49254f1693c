using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>Every activation by name, with the generations of Keras that have it. Python: <c>tf.keras.activations</c>.</summary>
public static class ActivationTable
{
    private static readonly Dictionary<string, double?> None = [];

    // In both generations the same formula, unless the entry says otherwise.
    private static readonly Dictionary<string, Entry> Both = new()
    {
        ["linear"] = new(_ => x => x),
        ["relu"] = new(Relu),
        ["tanh"] = new(_ => RawOps.Tanh),
        ["sigmoid"] = new(_ => RawOps.Sigmoid),
        ["softmax"] = new(_ => RawOps.Softmax),
        ["softplus"] = new(_ => RawOps.Softplus),
        ["softsign"] = new(_ => RawOps.Softsign),
        ["elu"] = new(a => Bind(ActivationFormulas.Elu, a.Number("alpha", 1))),
        ["selu"] = new(_ => RawOps.Selu),
        ["gelu"] = new(a => a.Number("approximate", 0) != 0 ? ActivationFormulas.GeluByTanh : ActivationFormulas.Gelu),
        ["swish"] = new(_ => ActivationFormulas.Silu),
        ["mish"] = new(_ => ActivationFormulas.Mish),
        ["exponential"] = new(_ => RawOps.Exp),
    };

    private static readonly Dictionary<string, Entry> Keras2Only = new()
    {
        ["hard_sigmoid"] = new(_ => ActivationFormulas.HardSigmoid2),
    };

    private static readonly Dictionary<string, Entry> Keras3Only = new()
    {
        ["hard_sigmoid"] = new(_ => ActivationFormulas.HardSigmoid3),
        ["silu"] = new(_ => ActivationFormulas.Silu),
        ["leaky_relu"] = new(LeakyRelu),
        ["relu6"] = new(_ => RawOps.Relu6),
        ["celu"] = new(a => Bind(ActivationFormulas.Celu, a.Number("alpha", 1))),
        ["hard_silu"] = new(_ => ActivationFormulas.HardSilu),
        ["hard_swish"] = new(_ => ActivationFormulas.HardSilu),
        ["hard_tanh"] = new(_ => ActivationFormulas.HardTanh),
        ["log_softmax"] = new(_ => RawOps.LogSoftmax),
        ["log_sigmoid"] = new(_ => ActivationFormulas.LogSigmoid),
        ["soft_shrink"] = new(a => Bind(ActivationFormulas.SoftShrink, a.Number("threshold", 0.5))),
        ["hard_shrink"] = new(a => Bind(ActivationFormulas.HardShrink, a.Number("threshold", 0.5))),
        ["tanh_shrink"] = new(_ => ActivationFormulas.TanhShrink),
        ["squareplus"] = new(a => Bind(ActivationFormulas.Squareplus, a.Number("b", 4))),
        ["glu"] = new(a => Bind(ActivationFormulas.Glu, a.Number("axis", -1))),
        ["threshold"] = new(Threshold),
        ["sparse_plus"] = new(_ => ActivationFormulas.SparsePlus),
        ["sparse_sigmoid"] = new(_ => ActivationFormulas.SparseSigmoid),
        ["sparsemax"] = new(_ => ActivationFormulas.Sparsemax),
    };

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Both.Keys.Union(Keras2Only.Keys).Union(Keras3Only.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Looks up an activation.</summary>
    /// <param name="name">The Keras name, such as <c>tanh</c>.</param>
    /// <param name="arguments">Its arguments by their Keras names, booleans as 0 and 1; null: the defaults.</param>
    /// <param name="generation">The generation of Keras whose formula is meant where the two differ; default Keras 3.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="TfLbfgsException">The name or an argument is unknown.</exception>
    public static ActivationFunction Get(string name, IReadOnlyDictionary<string, double?>? arguments = null, KerasGeneration generation = KerasGeneration.Keras3)
    {
        ArgumentNullException.ThrowIfNull(name);
        Entry entry = Find(name, generation)
            ?? throw new TfLbfgsException($"Unknown activation '{name}'. Expected one of: {string.Join(", ", Names)}.");
        arguments ??= None;
        ActivationArguments reader = new(name, arguments);
        Func<Tensor, Tensor> formula = name == "relu" && generation == KerasGeneration.Keras2 ? Relu2(reader) : entry.Make(reader);
        reader.RefuseOthers();
        return new ActivationFunction(name, generation, arguments, formula);
    }

    /// <summary>Whether a generation of Keras has an activation of that name.</summary>
    /// <param name="name">The Keras name.</param>
    /// <param name="generation">The generation.</param>
    /// <returns>True when it does.</returns>
    public static bool Exists(string name, KerasGeneration generation)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Both.ContainsKey(name) || (generation == KerasGeneration.Keras2 ? Keras2Only : Keras3Only).ContainsKey(name);
    }

    // A name that only the other generation has is unambiguous.
    private static Entry? Find(string name, KerasGeneration generation) => Both.GetValueOrDefault(name)
        ?? (generation == KerasGeneration.Keras2 ? Keras2Only : Keras3Only).GetValueOrDefault(name)
        ?? (generation == KerasGeneration.Keras2 ? Keras3Only : Keras2Only).GetValueOrDefault(name);

    private static Func<Tensor, Tensor> Bind(Func<Tensor, double, Tensor> formula, double argument) => x => formula(x, argument);

    private static Func<Tensor, Tensor> LeakyRelu(ActivationArguments arguments)
    {
        float slope = (float)arguments.Number("negative_slope", 0.2);
        return x => RawOps.LeakyRelu(x, slope);
    }

    private static Func<Tensor, Tensor> Threshold(ActivationArguments arguments)
    {
        double threshold = arguments.Required("threshold");
        double value = arguments.Required("default_value");
        return x => RawOps.SelectV2(x > threshold, x, Tensor.Scalar(value, x.DType));
    }

    // The argument that Keras 2 calls alpha.
    private static Func<Tensor, Tensor> Relu(ActivationArguments arguments)
    {
        if (arguments.Has("alpha"))
            return Relu2(arguments);
        double slope = arguments.Number("negative_slope", 0), threshold = arguments.Number("threshold", 0);
        double? maximum = arguments.Optional("max_value");
        return x => ActivationFormulas.Relu(x, slope, maximum, threshold, KerasGeneration.Keras3);
    }

    private static Func<Tensor, Tensor> Relu2(ActivationArguments arguments)
    {
        double slope = arguments.Number("alpha", 0), threshold = arguments.Number("threshold", 0);
        double? maximum = arguments.Optional("max_value");
        return x => ActivationFormulas.Relu(x, slope, maximum, threshold, KerasGeneration.Keras2);
    }

    private sealed record Entry(Func<ActivationArguments, Func<Tensor, Tensor>> Make);
}
