using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>One native call of an iteration as it was made.</summary>
/// <param name="Name">The op or function.</param>
/// <param name="Inputs">Its inputs; a reference to each is held.</param>
/// <param name="OutputCount">The number of its outputs.</param>
/// <param name="Read">Which output the driver reads; null: none.</param>
/// <param name="Uploads">Which inputs were made from host memory for this call.</param>
/// <param name="Attributes">The attributes that are not those of the definition.</param>
internal sealed record RecordedCall(string Name, Tensor[] Inputs, int OutputCount, int? Read, int[] Uploads, BareAttribute[] Attributes)
    : IDisposable
{
    /// <summary>The same call without anything of ours around it, owned by the caller.</summary>
    public BareCall ToBare() => new(Name, Inputs, OutputCount, Read, Uploads, Attributes);

    public void Dispose()
    {
        foreach (Tensor input in Inputs)
            input.Dispose();
    }
}
