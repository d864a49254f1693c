using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// What a layer's configuration says of one kind of variable, such as its kernels: initializer, penalty and constraint. A layer keeps one
/// in a field for each kind, declares them by <see cref="Describe"/>, and gives them to <c>AddVariable</c>. Python: the arguments
/// <c>kernel_initializer</c>, <c>kernel_regularizer</c> and <c>kernel_constraint</c>.
/// </summary>
public sealed class WeightOptions
{
    private Initializer _initializer;
    private Regularizer? _regularizer;
    private Constraint? _constraint;

    /// <summary>Creates options without penalty and constraint.</summary>
    /// <param name="initializer">Makes the first values, unless a configuration names another one.</param>
    public WeightOptions(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        _initializer = initializer;
    }

    /// <summary>Makes the first values.</summary>
    public Initializer Initializer
    {
        get => _initializer;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _initializer = value;
        }
    }

    /// <summary>A penalty on the values; null: none.</summary>
    public Regularizer? Regularizer
    {
        get => _regularizer;
        set => _regularizer = value;
    }

    /// <summary>A constraint on the values; null: none.</summary>
    public Constraint? Constraint
    {
        get => _constraint;
        set => _constraint = value;
    }

    /// <summary>
    /// Declares the fields of several kinds of variables, <c>PREFIX_initializer</c>, <c>PREFIX_regularizer</c> and
    /// <c>PREFIX_constraint</c>, in the order of Keras: all initializers first.
    /// </summary>
    /// <param name="fields">Receives the declarations.</param>
    /// <param name="weights">The options with their prefixes, such as <c>kernel</c> and <c>bias</c>.</param>
    public static void Describe(ConfigFields fields, params IReadOnlyList<(string Prefix, WeightOptions Options)> weights)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string prefix, WeightOptions options) in weights)
            fields.Component($"{prefix}_initializer", ref options._initializer);
        foreach ((string prefix, WeightOptions options) in weights)
            fields.OptionalComponent($"{prefix}_regularizer", ref options._regularizer);
        foreach ((string prefix, WeightOptions options) in weights)
            fields.OptionalComponent($"{prefix}_constraint", ref options._constraint);
    }
}
