using TfLbfgs.Formats.Protos;

namespace TfLbfgs.SavedModels;

/// <summary>The ops that reach out of the process: files, network, Python.</summary>
internal static class HostAccess
{
    private static readonly HashSet<string> Ops = new(StringComparer.Ordinal)
    {
        "ReadFile", "WriteFile", "MatchingFiles", "FileSystemSetConfiguration", "Save", "SaveV2", "SaveSlices", "Restore", "RestoreSlice",
            "MergeV2Checkpoints", "LoadAndRemapMatrix",
        "GenerateVocabRemapping", "PyFunc", "PyFuncStateless", "EagerPyFunc", "SaveDataset", "SaveDatasetV2", "LoadDataset",
            "SnapshotDataset", "SnapshotDatasetV2", "SnapshotDatasetReader",
        "SnapshotNestedDatasetReader", "DatasetToTFRecord", "ExperimentalDatasetToTFRecord", "TFRecordDataset", "TFRecordDatasetV2",
            "TextLineDataset", "FixedLengthRecordDataset",
        "FixedLengthRecordDatasetV2", "CSVDataset", "CSVDatasetV2", "ExperimentalCSVDataset", "SqlDataset", "ExperimentalSqlDataset",
            "LMDBDataset", "ExperimentalLMDBDataset", "MatchingFilesDataset",
        "ExperimentalMatchingFilesDataset", "CreateSummaryFileWriter", "CreateSummaryDbWriter", "ImportEvent", "InitializeTableFromDataset",
            "RegisterDataset", "RegisterDatasetV2",
        "DataServiceDataset", "DataServiceDatasetV2", "DataServiceDatasetV3", "DataServiceDatasetV4", "WholeFileReader",
            "WholeFileReaderV2", "TextLineReader", "TextLineReaderV2",
        "FixedLengthRecordReader", "FixedLengthRecordReaderV2", "TFRecordReader", "TFRecordReaderV2", "LMDBReader", "ImmutableConst",
            "_Send", "_Recv", "_HostSend", "_HostRecv", "Send", "Recv",
        "RpcClient", "RpcCall", "RpcServer", "RpcServerStart", "RpcServerRegister", "TryRpc", "Rpc", "RemoteCall", "DebugIdentity",
            "DebugIdentityV2", "DebugIdentityV3", "XlaHostCompute",
    };

    // They write to streams that have no file behind them.
    private static readonly string[] Streams = ["stdout", "stderr", "log(info)", "log(warning)", "log(error)"];

    /// <summary>Throws for a node that reaches out of the process.</summary>
    public static void ThrowIfReached(NodeDef node, string function)
    {
        bool isPrintToFile = node.Op == "PrintV2" && node.Attr.TryGetValue("output_stream", out AttrValue? stream)
            && !Streams.Contains(stream.S.ToStringUtf8(), StringComparer.Ordinal);
        if (!Ops.Contains(node.Op) && !isPrintToFile && !node.Op.StartsWith("Collective", StringComparison.Ordinal))
            return;
        throw new TfLbfgsException(
            $"{function}: node '{node.Name}' is of the op {node.Op}, which reaches files, the network or Python; a saved model may not without leave. "
            + "Set SavedModelOptions.AllowHostAccess for a model that you trust.");
    }
}
