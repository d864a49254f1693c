using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Serialization;

/// <summary>What holds for a whole configuration while it is read.</summary>
/// <param name="Generation">The generation of Keras whose form and formulas are meant.</param>
internal sealed record ConfigContext(KerasGeneration Generation)
{
    /// <summary>Replaces the dtypes of the configuration; null: as saved.</summary>
    public DType? DType { get; init; }

    /// <summary>How large the variables may be; null: any size.</summary>
    public VariableBudget? Budget { get; init; }

    /// <summary>Whether a field that is not used is refused; otherwise it is a warning.</summary>
    public bool IsStrict { get; init; }

    /// <summary>What the user should know.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>C# code in place of that of Lambda layers, by the name of the layer or of its function.</summary>
    public IReadOnlyDictionary<string, Func<IReadOnlyList<Tensor>,
        Tensor>> Lambdas
    { get; init; } = new Dictionary<string, Func<IReadOnlyList<Tensor>, Tensor>>();
}
