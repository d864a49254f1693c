namespace TfLbfgs.Runtime;

/// <summary>
/// Writes the few fields of TensorFlow's <c>ConfigProto</c> that the context needs: <c>device_count</c>=1 (map),
/// <c>intra_op_parallelism_threads</c>=2, <c>inter_op_parallelism_threads</c>=5. Three varints do not justify a protobuf runtime in this assembly.
/// </summary>
internal static class ContextConfig
{
    /// <summary>The serialized message; empty when everything is at its default.</summary>
    public static byte[] Serialize(RuntimeOptions options)
    {
        List<byte> bytes = [];
        if (options.CpuDevices > 1)
        {
            List<byte> entry = [0x0A, 3, (byte)'C', (byte)'P', (byte)'U', 0x10];
            AddVarint(entry, options.CpuDevices);
            bytes.Add(0x0A);
            AddVarint(bytes, entry.Count);
            bytes.AddRange(entry);
        }

        AddField(bytes, 0x10, options.IntraOpThreads);
        AddField(bytes, 0x28, options.InterOpThreads);
        return [.. bytes];
    }

    private static void AddField(List<byte> bytes, byte tag, int value)
    {
        if (value == 0)
            return;
        bytes.Add(tag);
        AddVarint(bytes, value);
    }

    private static void AddVarint(List<byte> bytes, int value)
    {
        uint rest = (uint)value;
        while (rest >= 0x80)
        {
            bytes.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        bytes.Add((byte)rest);
    }
}
