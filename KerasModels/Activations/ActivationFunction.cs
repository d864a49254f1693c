using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>
/// An activation function by its Keras name, with its arguments. A text converts to one: <c>new Dense(64, "tanh")</c>. Immutable. Python: <c>tf.keras.activations.get</c>.
/// </summary>
public sealed class ActivationFunction
{
    private readonly Func<Tensor, Tensor> _formula;

    internal ActivationFunction(string name, KerasGeneration generation, IReadOnlyDictionary<string, double?> arguments, Func<Tensor, Tensor> formula)
    {
        Name = name;
        Generation = generation;
        Arguments = arguments;
        _formula = formula;
    }

    /// <summary>No activation: the identity. Python: <c>tf.keras.activations.linear</c>.</summary>
    public static ActivationFunction Linear { get; } = ActivationTable.Get("linear");

    /// <summary>The name as Keras writes it, such as <c>tanh</c>.</summary>
    public string Name { get; }

    /// <summary>The generation of Keras whose formula it is; matters for <c>hard_sigmoid</c> and for <c>relu</c> with a threshold.</summary>
    public KerasGeneration Generation { get; }

    /// <summary>The arguments that were given, those left at their defaults not included; booleans as 0 and 1.</summary>
    public IReadOnlyDictionary<string, double?> Arguments { get; }

    /// <summary>True for <see cref="Linear"/>.</summary>
    public bool IsLinear => Name == "linear";

    /// <summary>Looks up an activation by its Keras name.</summary>
    /// <param name="name">Such as <c>tanh</c>.</param>
    /// <exception cref="TfLbfgsException">No activation has the name.</exception>
    public static implicit operator ActivationFunction(string name) => ActivationTable.Get(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The activation.</returns>
    public static ActivationFunction FromString(string name) => ActivationTable.Get(name);

    /// <summary>Applies the activation.</summary>
    /// <param name="input">A tensor of floating-point dtype; borrowed.</param>
    /// <returns>The result, of the input's dtype, owned by the caller.</returns>
    public Tensor Apply(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using TensorScope scope = new();
        return scope.Keep(IsLinear ? RawOps.Identity(input) : _formula(input));
    }

    /// <summary>The shape of the result: that of the input, but for <c>glu</c>, which halves its axis.</summary>
    internal Shape OutputShape(Shape input)
    {
        if (Name != "glu")
            return input;
        long[] dims = input.ToArray();
        int axis = (int)(Arguments.GetValueOrDefault("axis") ?? -1);
        dims[axis < 0 ? axis + dims.Length : axis] /= 2;
        return dims;
    }

    /// <summary>The formula inside a scope of the caller; may return the input itself.</summary>
    internal Tensor Compute(Tensor input) => _formula(input);

    /// <inheritdoc/>
    public override string ToString() => Arguments.Count == 0 ? Name : $"{Name}({string.Join(", ", Arguments.Select(a => $"{a.Key}={a.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "None"}"))})";
}
