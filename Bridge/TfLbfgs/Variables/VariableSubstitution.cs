using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Variables;

/// <summary>
/// Lets tensors stand for the values of variables on the calling thread, so that a model computes with a parameter vector without being
/// written to. Python: <c>stateless_call</c>.
/// </summary>
public sealed class VariableSubstitution : IDisposable
{
    [ThreadStatic]
    private static VariableSubstitution? _current;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly VariableSubstitution? _outer;
    private readonly Dictionary<Variable, Tensor> _values;
    private bool _disposed;

    /// <summary>Opens a substitution on the calling thread until it is disposed.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="values">The tensor for each; borrowed, must outlive the substitution.</param>
    /// <exception cref="TfLbfgsException">The counts, a dtype or a shape differ.</exception>
    public VariableSubstitution(IReadOnlyList<Variable> variables, IReadOnlyList<Tensor> values) : this(variables, values, null)
    {
    }

    /// <inheritdoc cref="VariableSubstitution(IReadOnlyList{Variable}, IReadOnlyList{Tensor})"/>
    /// <param name="variables">The variables.</param>
    /// <param name="values">The tensor for each; borrowed, must outlive the substitution.</param>
    /// <param name="lift">
    /// The dtype in which a model computes meanwhile: the tensors, or the parts of complex ones, are of it, and every other differentiable
    /// variable is read as if it were. Null: that of each variable.
    /// </param>
    public VariableSubstitution(IReadOnlyList<Variable> variables, IReadOnlyList<Tensor> values, DType? lift)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(values);
        if (variables.Count != values.Count)
            throw new TfLbfgsException($"Expected one tensor for each of {variables.Count} variables, received {values.Count}.");
        _values = new Dictionary<Variable, Tensor>(variables.Count);
        for (int i = 0; i < variables.Count; i++)
        {
            DType expected = lift is { } parts ? variables[i].DType.WithParts(parts) : variables[i].DType;
            if (values[i].DType != expected || !variables[i].Shape.IsCompatibleWith(values[i].Shape))
                throw new TfLbfgsException(
                    $"Variable {variables[i].Name}: expected {expected.PythonName}{variables[i].Shape}, received {values[i].Describe()}.");
            _values[variables[i]] = values[i];
        }

        LiftedTo = lift ?? _current?.LiftedTo;
        _outer = _current;
        _current = this;
    }

    /// <summary>The dtype in which models compute on the calling thread now; null: their own.</summary>
    public static DType? ComputeDType => _current?.LiftedTo;

    private DType? LiftedTo { get; }

    /// <summary>True while a substitution is open on the calling thread.</summary>
    internal static bool IsOpen => _current is not null;

    /// <summary>Receives each trainable variable that is read while no tensor stands for it; null: nothing does.</summary>
    public Action<Variable>? Unlisted { get; init; }

    /// <summary>Reports a variable for which no tensor stands.</summary>
    internal static void NoteRead(Variable variable)
    {
        for (VariableSubstitution? s = _current; s is not null; s = s._outer)
            s.Unlisted?.Invoke(variable);
    }

    /// <summary>Closes the substitution, on the thread that opened it, innermost first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A VariableSubstitution");
        if (_current != this)
            throw new TfLbfgsException(
                "A VariableSubstitution was closed while one that was opened inside it is still open. Close the inner one first.");
        _disposed = true;
        _current = _outer;
    }

    /// <summary>A second owner of the tensor that stands for a variable now; null when none does.</summary>
    internal static Tensor? Find(Variable variable)
    {
        for (VariableSubstitution? s = _current; s is not null; s = s._outer)
        {
            if (s._values.TryGetValue(variable, out Tensor? value))
            {
                Tensor alias = value.Alias();
                TensorScope.Register(alias);
                return alias;
            }
        }

        return null;
    }
}
