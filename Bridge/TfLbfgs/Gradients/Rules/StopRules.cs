namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Ops on integers, text and tables, and random numbers without parameters, through which no gradient passes, as in Python.
/// </summary>
internal static class StopRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.NotDifferentiable(OpNames.BitwiseAnd, OpNames.BitwiseOr, OpNames.BitwiseXor, OpNames.Invert, OpNames.LeftShift,
            OpNames.RightShift, OpNames.PopulationCount, OpNames.VariableShape, OpNames.VarIsInitializedOp, OpNames.Timestamp);
        rules.NotDifferentiable(
            OpNames.AsString, OpNames.DecodeBase64, OpNames.EncodeBase64, OpNames.ReduceJoin, OpNames.RegexReplace, OpNames.StringJoin,
                OpNames.StringSplit, OpNames.StringToHashBucket, OpNames.StringToHashBucketFast,
            OpNames.StringToHashBucketStrong, OpNames.StringToNumber);
        rules.NotDifferentiable(
            OpNames.DecodePaddedRaw, OpNames.DecodeProtoV2, OpNames.DecodeRaw, OpNames.EncodeProto, OpNames.ParseTensor,
                OpNames.SerializeTensor, OpNames.DenseToDenseSetOperation, OpNames.DenseToSparseSetOperation,
            OpNames.SparseToSparseSetOperation, OpNames.SetSize, OpNames.EditDistance, OpNames.SparseMatrixNNZ,
                OpNames.GenerateVocabRemapping, OpNames.LoadAndRemapMatrix);
        rules.NotDifferentiable(
            OpNames.HashTableV2, OpNames.InitializeTableV2, OpNames.InitializeTableFromTextFileV2, OpNames.LookupTableFindV2,
                OpNames.LookupTableInsertV2, OpNames.LookupTableSizeV2, OpNames.MutableDenseHashTableV2,
            OpNames.MutableHashTableOfTensorsV2, OpNames.MutableHashTableV2);
        rules.NotDifferentiable(
            OpNames.RandomStandardNormal, OpNames.RandomUniform, OpNames.TruncatedNormal, OpNames.ParameterizedTruncatedNormal,
                OpNames.Multinomial, OpNames.RandomShuffle, OpNames.RandomCrop, OpNames.RandomIndexShuffle,
            OpNames.StatelessMultinomial, OpNames.StatelessRandomBinomial, OpNames.StatelessRandomPoisson, OpNames.StatelessRandomNormal,
                OpNames.StatelessRandomNormalV2, OpNames.StatelessRandomUniform,
            OpNames.StatelessRandomUniformV2, OpNames.StatelessRandomUniformInt, OpNames.StatelessRandomUniformIntV2,
                OpNames.StatelessRandomUniformFullInt, OpNames.StatelessRandomUniformFullIntV2,
            OpNames.StatelessTruncatedNormal, OpNames.StatelessTruncatedNormalV2);
    }
}
