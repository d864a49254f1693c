using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// A loss that a function of a SavedModel returns, as a function of the model's variables; the gradient is that of the function's ops. The
/// result is written into the variables, which <see cref="SavedModelBundle.Save"/> saves. Python: a gradient tape around
/// <c>loaded.signatures[name]</c>.
/// </summary>
public sealed class SavedLossObjective : VariableObjective
{
    private readonly SavedFunction _function;
    private readonly Tensor[] _arguments;
    private readonly int _output;

    /// <summary>Wraps a function of a SavedModel.</summary>
    /// <param name="function">Returns the loss, shape []; borrowed.</param>
    /// <param name="arguments">Its arguments by name, the data; borrowed until the objective is disposed.</param>
    /// <param name="output">The name of the output that is the loss; null: the only one.</param>
    /// <param name="variables">The variables that are trained; null: those of the function that are trainable.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="TfLbfgsException">There is no such output, an argument is missing, or there is nothing to train.</exception>
    public SavedLossObjective(
        SavedFunction function, IReadOnlyDictionary<string, Tensor> arguments, string? output = null,
            IReadOnlyList<Variable>? variables = null, ObjectiveOptions? options = null)
        : base(variables ?? (function ?? throw new ArgumentNullException(nameof(function))).TrainableVariables, options)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(arguments);
        _function = function;
        _arguments = [.. function.Inputs.Select(input => arguments.TryGetValue(input.Name, out Tensor? value)
            ? value
            : throw new TfLbfgsException($"The function '{function.Name}': expected an argument for {input}, received none."))];
        _output = output is null && function.Outputs.Count == 1
            ? 0
            : function.Outputs.Select(spec => spec.Name).ToList().IndexOf(output ?? "");
        if (_output < 0)
            throw new TfLbfgsException($"The function '{function.Name}': expected the name of an output "
                + $"({string.Join(", ", function.Outputs)}), received {output ?? "none"}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => _arguments;

    /// <inheritdoc/>
    protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) => _function.Call([.. data])[_output];
}
