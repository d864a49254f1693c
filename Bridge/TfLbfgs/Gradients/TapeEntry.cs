using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>One op on a tape, with references to its tensors, so that disposing an intermediate never breaks a gradient.</summary>
internal sealed class TapeEntry : IDisposable
{
    public TapeEntry(Operation operation, Tensor[] outputs)
    {
        Operation = operation;
        Inputs = new Tensor[operation.Inputs.Count];
        for (int i = 0; i < Inputs.Length; i++)
            Inputs[i] = operation.Inputs[i].Alias();
        Outputs = Array.ConvertAll(outputs, output => output.Alias());
        (operation.GradientRule as CallGradient)?.AddReference();
    }

    public Operation Operation { get; }

    public Tensor[] Inputs { get; }

    public Tensor[] Outputs { get; }

    /// <summary>The rule that differentiates it; null: none is known.</summary>
    public GradientRule? Rule => Operation.GradientRule switch
    {
        CallGradient call => call.Gradients,
        GradientRule given => given,
        _ => GradientRegistry.Find(Operation.Name),
    };

    public void Dispose()
    {
        foreach (Tensor input in Inputs)
            input.Dispose();
        foreach (Tensor output in Outputs)
            output.Dispose();
        (Operation.GradientRule as CallGradient)?.Release();
    }
}
