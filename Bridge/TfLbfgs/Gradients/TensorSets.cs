using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>Tensors and sets of their identities.</summary>
internal static class TensorSets
{
    /// <summary>Whether a set has one of the tensors.</summary>
    public static bool Any(this Tensor[] tensors, HashSet<long> ids)
    {
        foreach (Tensor tensor in tensors)
        {
            if (ids.Contains(tensor.Id))
                return true;
        }

        return false;
    }
}
