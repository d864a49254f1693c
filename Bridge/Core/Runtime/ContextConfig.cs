namespace TfLbfgs.Runtime;

/// <summary>
/// Writes the few fields of TensorFlow's <c>ConfigProto</c> that the context needs: <c>device_count</c>=1 (map),
/// <c>intra_op_parallelism_threads</c>=2, <c>inter_op_parallelism_threads</c>=5.
/// </summary>
internal static class ContextConfig
{
    /// <summary>The serialized message; empty when everything is at its default.</summary>
    public static byte[] Serialize(RuntimeOptions options)
    {
        ProtoBytes config = new();
        if (options.CpuDevices > 1)
            config.Message(1, new ProtoBytes().Text(1, "CPU").Number(2, options.CpuDevices));
        if (options.IntraOpThreads != 0)
            config.Number(2, options.IntraOpThreads);
        if (options.InterOpThreads != 0)
            config.Number(5, options.InterOpThreads);
        return config.ToArray();
    }
}
