using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The gradient of a traced function, itself a traced function: it repeats the body under a tape and differentiates that. So a tape outside sees through a call, to any order.
/// The body runs twice, so a body with side effects is refused.
/// </summary>
internal sealed class BackwardFunction : IDisposable
{
    private readonly Function _function;
    private readonly int _argumentCount;
    private readonly Tensor[] _captures;
    private bool[] _connected = [];

    public BackwardFunction(Func<Tensor[], IReadOnlyList<Tensor>> body, int argumentCount, Tensor[] captures, FunctionOptions options)
    {
        _argumentCount = argumentCount;
        _captures = captures;
        _function = new Function(inputs => Trace(body, inputs), options with { Name = options.Name + "_gradient", Retraced = null });
    }

    /// <summary>The gradients with respect to arguments and captures.</summary>
    public Tensor?[] Gradients(RuleContext context)
    {
        Tensor[] inputs = new Tensor[_argumentCount + context.Outputs.Count];
        for (int i = 0; i < _argumentCount; i++)
            inputs[i] = context.Inputs[i];
        for (int i = 0; i < context.Outputs.Count; i++)
            inputs[_argumentCount + i] = context.UpstreamOf(i);
        Tensor[] connected = _function.Call(inputs);
        Tensor?[] gradients = new Tensor?[context.Inputs.Count];
        int next = 0;
        for (int i = 0; i < gradients.Length; i++)
            gradients[i] = _connected[i] ? connected[next++] : null;
        return gradients;
    }

    public void Dispose() => _function.Dispose();

    private Tensor[] Trace(Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> inputs)
    {
        Tensor[] arguments = [.. inputs.Take(_argumentCount)];
        Tensor[] sources = [.. arguments, .. _captures];
        if (DispatchFrame.Current.Target is Trace trace)
        {
            foreach (Tensor capture in _captures)
                trace.Capture(capture);
        }

        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        foreach (Tensor source in sources)
        {
            if (source.DType.IsDifferentiable || source.DType == DType.Resource)
                tape.WatchAny(source);
        }

        IReadOnlyList<Tensor> outputs = body(arguments);
        Tensor?[] upstream = [.. inputs.Skip(_argumentCount)];
        Tensor?[] gradients = tape.GradientOrNull(outputs, sources, upstream);
        _connected = Array.ConvertAll(gradients, gradient => gradient is not null);
        return [.. gradients.OfType<Tensor>()];
    }
}
