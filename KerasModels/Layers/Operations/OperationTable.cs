using System.Diagnostics.CodeAnalysis;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Operations by name, filled by family.</summary>
internal sealed class OperationTable
{
    private static readonly string[] One = ["x"];

    private readonly Dictionary<string, OperationDefinition> _byName = new(StringComparer.Ordinal);

    /// <summary>The names, sorted.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The operation of a name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out OperationDefinition? definition) => _byName.TryGetValue(name, out definition);

    /// <summary>Adds an operation with several outputs.</summary>
    /// <param name="names">Its names, separated by spaces.</param>
    /// <param name="parameters">Its parameters in order, separated by spaces.</param>
    /// <param name="compute">Computes its outputs.</param>
    public void AddMany(string names, string parameters, Func<OperationArguments, Tensor[]> compute)
    {
        string[] inOrder = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names.Split(' '))
            _byName.Add(name, new OperationDefinition(name, inOrder, compute));
    }

    /// <summary>Adds an operation with one output.</summary>
    public void Add(string names, string parameters, Func<OperationArguments, Tensor> compute) =>
        AddMany(names, parameters, a => [compute(a)]);

    /// <summary>Adds an operation of one tensor called x, without further arguments.</summary>
    public void Unary(string names, Func<Tensor, Tensor> compute)
    {
        foreach (string name in names.Split(' '))
            _byName.Add(name, new OperationDefinition(name, One, a => [compute(a.Tensor("x"))]));
    }
}
