using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving;

/// <summary>How a model or weights are loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// The dtype of the model; weights are lifted, or rounded, to it. Default: as saved. Not used where weights are loaded into a model
    /// that exists.
    /// </summary>
    public DType? DType { get; init; }

    /// <summary>
    /// C# code in place of that of Lambda layers with one input, by the name of the layer or of its Python function:
    /// <c>Lambdas = { ["scale"] = x =&gt; 2 * x }</c>. Python code in a file is never executed.
    /// </summary>
    public IDictionary<string, Func<Tensor, Tensor>> Lambdas { get; } = new Dictionary<string, Func<Tensor, Tensor>>();

    /// <summary>As <see cref="Lambdas"/>, for Lambda layers with several inputs.</summary>
    public IDictionary<string, Func<IReadOnlyList<Tensor>,
        Tensor>> ListLambdas
    { get; } = new Dictionary<string, Func<IReadOnlyList<Tensor>, Tensor>>();

    /// <summary>
    /// Whether variables that the file does not have, or has in another shape, keep their values and are reported; default false: an
    /// exception, and nothing is changed. Python: <c>skip_mismatch</c>.
    /// </summary>
    public bool SkipMismatches { get; init; }

    /// <summary>All of them in one form.</summary>
    internal IReadOnlyDictionary<string, Func<IReadOnlyList<Tensor>, Tensor>> AllLambdas()
    {
        Dictionary<string, Func<IReadOnlyList<Tensor>, Tensor>> all = new(ListLambdas, StringComparer.Ordinal);
        foreach ((string name, Func<Tensor, Tensor> function) in Lambdas)
            all[name] = inputs => function(inputs[0]);
        return all;
    }
}
