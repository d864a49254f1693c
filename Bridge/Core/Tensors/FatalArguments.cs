namespace TfLbfgs.Tensors;

/// <summary>Arguments with which a kernel of TensorFlow ends the process instead of reporting an error: refused before the call.</summary>
internal static class FatalArguments
{
    /// <summary>Throws when an op has such arguments.</summary>
    public static void ThrowIfAny(Operation operation)
    {
        // Its kernel reads every shape as int32, and checks that by ending the process.
        if (operation.Name == "StatefulRandomBinomial" && operation.Inputs.Count > 2 && operation.Inputs[2].DType != Runtime.DType.Int32)
        {
            throw new TfLbfgsException(
                $"StatefulRandomBinomial: expected a shape of int32, received {operation.Inputs[2].Describe()}; TensorFlow's kernel "
                    + "reads no other. Cast it with Tf.Cast.");
        }
    }
}
