namespace TfLbfgs.Tensors;

/// <summary>
/// The one dispatch point: every op of every layer comes through here and is executed, or recorded by the trace of the thread, or by the
/// graph of its inputs.
/// </summary>
internal static class Dispatcher
{
    /// <summary>Executes or records an op and tells the listeners of the thread.</summary>
    public static Tensor[] Execute(Operation operation)
    {
        IReadOnlyList<Tensor> inputs = operation.Inputs;
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is DeferredTensor deferred)
                return [.. deferred.Record(operation)];
        }

        FatalArguments.ThrowIfAny(operation);
        DispatchFrame frame = DispatchFrame.Current;
        Tensor[] outputs;
        if (frame.Target is { } target)
        {
            outputs = target.Record(operation);
        }
        else
        {
            for (int i = 0; i < inputs.Count; i++)
                inputs[i].EnsureUsable();
            outputs = EagerExecutor.Execute(operation);
        }

        TensorScope.Register(outputs);
        frame.Notify(operation, outputs);
        return outputs;
    }
}
